from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from artifex.errors import NotWritable
from artifex.media.encode import encode_video
from artifex.media.thumbnails import Poster


def _opened(path):
    with Image.open(path) as image:
        assert image.format == "JPEG"
        return np.asarray(image.convert("RGB"))


def test_made_while_the_clip_is_written(draw, chunked, tmp_path, psnr):
    clip = draw(9, 640, 320)
    poster = Poster()
    encode_video(poster.watch(chunked(clip)), Fraction(16), tmp_path / "clip.mp4")
    poster.save(tmp_path / "poster.jpg", tmp_path / "thumbnail.jpg")
    assert psnr(_opened(tmp_path / "poster.jpg"), clip[0]) > 35
    assert _opened(tmp_path / "thumbnail.jpg").shape == (160, 320, 3)
    assert len(list(tmp_path.iterdir())) == 3


def test_blank_frames_are_passed_over(clip, chunked, tmp_path, psnr):
    faded = clip.copy()
    faded[:7] = 0
    poster = Poster()
    assert sum(len(chunk) for chunk in poster.watch(chunked(faded))) == 33
    poster.save(tmp_path / "poster.jpg", tmp_path / "thumbnail.jpg")
    assert psnr(_opened(tmp_path / "poster.jpg"), clip[7]) > 35


def test_a_blank_clip_and_no_enlargement(tmp_path):
    poster = Poster()
    list(poster.watch([np.full((5, 64, 96, 3), 40, np.uint8)]))
    poster.save(tmp_path / "poster.jpg", tmp_path / "thumbnail.jpg")
    assert _opened(tmp_path / "thumbnail.jpg").shape == (64, 96, 3)


def test_errors(clip, tmp_path):
    poster = Poster()
    with pytest.raises(ValueError, match="no frame"):
        poster.save(tmp_path / "poster.jpg", tmp_path / "thumbnail.jpg")
    list(poster.watch([clip]))
    with pytest.raises(NotWritable):
        poster.save(tmp_path / "nowhere" / "poster.jpg", tmp_path / "thumbnail.jpg")
    assert not list(tmp_path.iterdir())
