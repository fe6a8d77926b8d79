import numpy as np
import pytest

from artifex.errors import BadInput
from artifex.media.scopes.histogram import histogram
from artifex.media.scopes.signal import chroma, luma
from artifex.media.scopes.vectorscope import vectorscope
from artifex.media.scopes.waveform import waveform
from artifex.units import PixelSize

_BARS = {
    "white": (191, 191, 191),
    "yellow": (191, 191, 0),
    "cyan": (0, 191, 191),
    "green": (0, 191, 0),
    "magenta": (191, 0, 191),
    "red": (191, 0, 0),
    "blue": (0, 0, 191),
}


@pytest.fixture
def bars():
    """Colour bars of 75 %, 20 pixels each."""
    return np.repeat(np.repeat([list(_BARS.values())], 20, axis=1), 60, axis=0).astype(np.uint8)


def test_luma_and_chroma_are_those_of_bt709():
    picture = np.random.default_rng(0).integers(0, 256, (50, 50, 3)).astype(np.uint8)
    picture[0, 0], picture[0, 1], picture[0, 2] = 0, 255, (0, 0, 255)
    light = picture @ np.array([0.2126, 0.7152, 0.0722])
    assert np.abs(luma(picture) - light).max() <= 1.0
    assert luma(picture)[0, :2].tolist() == [0, 255]
    blueness, redness = chroma(picture)
    assert np.abs(blueness - np.minimum(128 + (picture[..., 2] - light) / 1.8556, 255)).max() <= 0.51
    assert np.abs(redness - np.minimum(128 + (picture[..., 0] - light) / 1.5748, 255)).max() <= 0.51


def test_the_waveform_of_a_ramp_is_its_diagonal():
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 40, axis=0).repeat(3, axis=2)
    scope = waveform(ramp)
    assert scope.counts.shape == (1, 256, 256)
    assert np.array_equal(scope.counts[0], 40 * np.eye(256, dtype=int))
    picture = scope.picture(PixelSize(width=256, height=256))
    bright = picture.max(axis=-1) > 150
    rows, columns = np.nonzero(bright)
    assert np.abs(rows - (255 - columns)).max() == 0
    assert len(rows) == 256


def test_the_parade_of_colour_bars(bars):
    scope = waveform(bars, "parade")
    assert scope.counts.shape == (3, 256, 140)
    for index, colour in enumerate(_BARS.values()):
        for channel in range(3):
            assert (scope.counts[channel, colour[channel], index * 20 : index * 20 + 20] == 60).all()
    assert (scope.counts.sum(axis=1) == scope.lines).all()
    picture = scope.picture(PixelSize(width=420, height=128)).astype(int)
    level = 127 - round(191 / 255 * 127)
    for part, channel in ((0, 0), (1, 1), (2, 2)):
        trace = picture[level - 1 : level + 2, part * 140 : part * 140 + 140].max(axis=0)
        lit = trace[:, channel] > 150
        assert lit.tolist() == [colour[channel] == 191 for colour in _BARS.values() for _ in range(20)]


def test_tall_frames_are_seen_line_by_line():
    tall = np.zeros((1080, 8, 3), np.uint8)
    scope = waveform(tall)
    assert scope.lines == 540
    assert (scope.counts[0, 0] == 540).all()


def test_the_vectorscope_of_colour_bars(bars):
    counts = vectorscope(bars).counts
    assert counts.sum() == 60 * 140
    for red, green, blue in _BARS.values():
        light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        row, column = round(128 + (red - light) / 1.5748), round(128 + (blue - light) / 1.8556)
        assert counts[row, column] == 1200
    assert (counts > 0).sum() == 7


def test_the_vectorscope_shows_red_up_and_blue_right():
    size = PixelSize(width=300, height=256)
    for colour, rows, columns in (
        ((200, 40, 40), slice(0, 128), slice(0, 150)),
        ((40, 40, 200), slice(128, 256), slice(150, 300)),
    ):
        shown = vectorscope(np.full((32, 32, 3), colour, np.uint8)).picture(size).max(axis=-1)
        empty = vectorscope(np.full((32, 32, 3), 128, np.uint8)).picture(size).max(axis=-1)
        lit = shown.astype(int) - empty > 60
        assert lit[rows, columns].any()
        assert lit.sum() == lit[rows, columns].sum()


def test_greys_are_in_the_middle():
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    assert vectorscope(ramp).counts[128, 128] == 256


def test_the_histogram_counts_every_pixel(bars):
    scope = histogram(bars)
    assert scope.counts.shape == (4, 256)
    assert (scope.counts.sum(axis=1) == 60 * 140).all()
    assert scope.counts[:3, 191].tolist() == [4800, 4800, 4800]
    assert scope.counts[3, 191] == 1200


def test_the_picture_of_a_histogram():
    frame = np.zeros((10, 256, 3), np.uint8)
    frame[..., 0] = 40
    frame[..., 2] = 200
    picture = histogram(frame).picture(PixelSize(width=256, height=100)).astype(int)
    assert picture[50, 40, 0] > picture[50, 40, 2] + 60
    assert picture[50, 200, 2] > picture[50, 200, 0] + 60
    assert picture[2, 40].max() < 60


def test_single_levels_at_both_ends(bars):
    for level in (0, 255):
        flat = np.full((40, 40, 3), level, np.uint8)
        for scope in (waveform(flat), waveform(flat, "parade"), vectorscope(flat), histogram(flat)):
            assert scope.picture(PixelSize(width=64, height=64)).shape == (64, 64, 3)


@pytest.mark.parametrize("size", [PixelSize(width=31, height=64), PixelSize(width=64, height=5000)])
def test_sizes_that_are_not_drawn(size, bars):
    for scope in (waveform(bars), vectorscope(bars), histogram(bars)):
        with pytest.raises(BadInput, match="32 to 4096 pixels"):
            scope.picture(size)


@pytest.mark.parametrize("size", [PixelSize(width=33, height=47), PixelSize(width=640, height=360)])
def test_pictures_have_the_size_asked_for(size, bars):
    for scope in (waveform(bars), waveform(bars, "parade"), vectorscope(bars), histogram(bars)):
        picture = scope.picture(size)
        assert picture.shape == (size.height, size.width, 3)
        assert picture.dtype == np.uint8
