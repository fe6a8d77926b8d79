"""Planes as encoders take them: the same picture as by way of RGB, and a picture where planes are not all of it."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from av.video.reformatter import Colorspace

from artifex.media.colour import planes_from_rgb
from artifex.media.reading.frame_reader import FrameReader
from artifex.media.reading.run import Run, read_runs
from artifex.media.sandbox import Sandbox
from artifex.units import PixelSize
from tests.media.footage import Kind, write
from tests.media.numbered import numbered
from tests.media.reading.test_exact import KINDS

SIZE = PixelSize(width=192, height=96)
PLAIN = Kind(".mp4", "libx264", options={"preset": "veryfast", "crf": "10", "bf": "2"})
STRAIGHT = {
    "as they are": PLAIN,
    "BT.601": replace(PLAIN, matrix=Colorspace.ITU601, tags=(6, 6, 6)),
    "full range": replace(PLAIN, full_range=True),
    "without tags": replace(PLAIN, matrix=Colorspace.ITU601, tags=(2, 2, 2)),
    "ten bits, 4:2:2": KINDS["prores mov"],
}
PICTURES = {
    "RGB": KINDS["ffv1 mkv"],
    "high dynamic range": Kind(".mkv", "libx265", "yuv420p10le", options={"preset": "ultrafast"}, tags=(9, 9, 16)),
}


def colourful(count):
    """Soft colours that move, over the whole of what R'G'B' holds."""
    down, across = np.mgrid[0:96, 0:192] / 96
    for number in range(count):
        waves = [np.sin(across * 3 + number / 5 + shift) * np.cos(down * 2 + shift) for shift in (0.0, 2.0, 4.0)]
        yield np.clip(np.stack(waves, axis=2) * 100 + 128, 0, 255).astype(np.uint8)


def numbered_colours(count):
    """128x64, with the number as black and white blocks."""
    for number, picture in enumerate(colourful(count)):
        small = picture[:64, :128].copy()
        small[24:40] = numbered(number)[24:40]
        yield small


def run(count=5):
    return Run(Fraction(2), Fraction(1), count, SIZE)


@pytest.mark.parametrize("name", STRAIGHT)
def test_planes_are_the_picture(name, tmp_path, psnr):
    path = write(tmp_path / f"clip{STRAIGHT[name].suffix}", colourful(12), STRAIGHT[name])
    shown = list(read_runs(path, [run()]))
    assert {planes.shape for planes in shown} == {(144, 192)}
    with FrameReader(path) as reader:
        for number, planes in enumerate(shown, 2):
            by_rgb = planes_from_rgb(reader.frame(number), "yuv420p").to_ndarray()
            assert psnr(planes, by_rgb) >= 45


@pytest.mark.parametrize("name", PICTURES)
def test_what_is_more_than_planes_comes_as_a_picture(name, tmp_path):
    path = write(tmp_path / f"clip{PICTURES[name].suffix}", colourful(12), PICTURES[name])
    assert {picture.shape for picture in read_runs(path, [run()])} == {(96, 192, 3)}


def test_turned_stretched_and_other_sizes_come_as_pictures(tmp_path):
    turned = write(tmp_path / "turned.mp4", colourful(12), PLAIN, rotation=90)
    stretched = write(tmp_path / "stretched.mp4", colourful(12), PLAIN, aspect=Fraction(4, 3))
    plain = write(tmp_path / "plain.mp4", colourful(12), PLAIN)
    for path in (turned, stretched):
        assert {picture.ndim for picture in read_runs(path, [run()])} == {3}
    smaller = replace(run(), planes=PixelSize(width=96, height=48))
    assert {picture.ndim for picture in read_runs(plain, [smaller, replace(run(), planes=None)])} == {3}


def test_planes_from_a_process_apart(tmp_path):
    path = write(tmp_path / "clip.mp4", colourful(12), PLAIN)
    runs = [run(), replace(run(2), planes=None)]
    here, apart = list(read_runs(path, runs)), list(Sandbox().runs(path, runs))
    assert [one.shape for one in apart] == [(144, 192)] * 5 + [(96, 192, 3)] * 2
    assert all(np.array_equal(one, other) for one, other in zip(here, apart, strict=True))
