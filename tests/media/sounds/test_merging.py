from fractions import Fraction

import av
import numpy as np
import pytest

from artifex.errors import BadField, BadReference
from artifex.media.encode import encode_video
from artifex.media.encodings.encoding import Encoding, SoundEncoding
from artifex.media.encodings.film import encode
from artifex.media.encodings.sound import SoundStream
from artifex.media.reading.frame_reader import FrameReader
from artifex.media.recipe_tag import read_recipe_text
from artifex.media.sounds.merging import merge

RATE = Fraction(24)


@pytest.fixture(scope="module")
def clip(tmp_path_factory, draw):
    """With frames out of order."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    encode(draw(48, 160, 128), RATE, Encoding(speed="fast"), path)
    return path


def sound(path, seconds):
    t = np.arange(int(seconds * 48000)) / 48000
    wave = np.repeat((0.3 * np.sin(2 * np.pi * 440 * t))[:, None], 2, axis=1).astype(np.float32)
    black = np.zeros((64, 64, 3), np.uint8)
    frames = [black] * (int(seconds * 24) + 1)
    encode(
        frames,
        RATE,
        Encoding("ffv1", "mkv", chroma="444", sound=SoundEncoding("flac")),
        path,
        SoundStream([wave], 48000),
    )
    return path


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_a_longer_sound_is_cut(suffix, clip, tmp_path, read_number):
    target = tmp_path / f"merged{suffix}"
    assert merge(clip, sound(tmp_path / "sound.mkv", 5), target) == 48
    assert _heard(target) == pytest.approx(2, abs=0.03)
    with FrameReader(target) as merged, FrameReader(clip) as original:
        assert [read_number(picture) for picture in merged.frames()] == list(range(48))
        assert np.array_equal(merged.frame(17), original.frame(17))


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_the_recipe_stays_with_its_pictures(suffix, draw, tmp_path):
    clip, merged = tmp_path / "clip.mp4", tmp_path / f"merged{suffix}"
    encode_video(iter([draw(24, 160, 128)]), RATE, clip, recipe_text='{"prompt": "바다 🌊"}')
    merge(clip, sound(tmp_path / "sound.mkv", 1), merged)
    assert read_recipe_text(merged) == '{"prompt": "바다 🌊"}'


def test_longer_pictures_are_cut(clip, tmp_path, read_number):
    count = merge(clip, sound(tmp_path / "sound.mkv", 1.3), tmp_path / "merged.mp4")
    assert 31 - 4 <= count <= 31
    with FrameReader(tmp_path / "merged.mp4") as merged:
        assert [read_number(picture) for picture in merged.frames()] == list(range(count))
    assert _heard(tmp_path / "merged.mp4") == pytest.approx(count / 24, abs=0.03)


def test_what_cannot_be_merged(clip, tmp_path):
    long = sound(tmp_path / "sound.mkv", 2)
    with pytest.raises(BadField, match="A clip ends in"):
        merge(clip, long, tmp_path / "merged.avi")
    with pytest.raises(BadField):
        merge(clip, long, tmp_path / "merged.mp4", SoundEncoding("pcm"))
    with pytest.raises(BadReference, match="shorter than one frame"):
        merge(clip, sound(tmp_path / "short.mkv", 0.02), tmp_path / "merged.mp4")
    with pytest.raises(BadReference):
        merge(clip, clip, tmp_path / "merged.mp4")
    assert not list(tmp_path.glob("merged*"))


def _heard(path):
    with av.open(str(path)) as container:
        return sum(frame.samples for frame in container.decode(audio=0)) / 48000
