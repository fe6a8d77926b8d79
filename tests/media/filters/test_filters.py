"""Each filter does what it is for, and nothing to colours."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest

from artifex.errors import BadField
from artifex.media.filtering import Filter, FilterGraph, Planes
from artifex.media.filters.cleaning import deflickered, denoised
from artifex.media.filters.interpolation import interpolated
from artifex.media.filters.scaling import scaled
from artifex.media.filters.sharpening import sharpened
from artifex.units import PixelSize

FILM = Fraction(24)
COLOURS = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (255, 255, 255), (0, 0, 0), (128, 128, 128)]
STAGES = {
    "denoised": denoised,
    "sharpened": sharpened,
    "deflickered": deflickered,
    "scaled": lambda frames: scaled(frames, PixelSize(width=448, height=96)),
    "interpolated": lambda frames: interpolated(frames, FILM, Fraction(60)),
}


@pytest.mark.parametrize("name", STAGES)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_pure_colours_stay(name, dtype):
    bars = np.broadcast_to(np.repeat(np.array(COLOURS, np.uint8), 64, axis=0), (96, 448, 3))
    bars = bars.astype(dtype) * (257 if dtype == np.uint16 else 1)
    made = list(STAGES[name](iter([bars] * 6)))
    assert len(made) == (15 if name == "interpolated" else 6)
    assert {(frame.dtype, frame.shape) for frame in made} == {(np.dtype(dtype), (96, 448, 3))}
    error = np.abs(made[3][48, 32::64].astype(int) - bars[48, 32::64]).max()
    assert error <= (2 if dtype == np.uint8 else 2 * 257)


@pytest.fixture(scope="module")
def still(draw):
    return draw(1, 256, 128)[0]


def test_noise_goes(still, psnr):
    noise = np.random.default_rng(5)
    noisy = [np.clip(still + noise.normal(0, 6, still.shape), 0, 255).astype(np.uint8) for _ in range(12)]
    cleaned = list(denoised(iter(noisy), 0.5))
    assert psnr(cleaned[6], still) > psnr(noisy[6], still) + 4


@pytest.mark.parametrize(("dtype", "scale"), [(np.uint8, 1), (np.uint16, 257)])
def test_edges_become_steeper(dtype, scale):
    ramp = np.interp(np.arange(128), [60, 68], [60, 180])
    soft = (np.broadcast_to(ramp[None, :, None], (64, 128, 3)) * scale).astype(dtype)
    [sharp, _] = sharpened([soft] * 2, 1.0)
    before, after = (np.diff(picture[32, :, 1].astype(float)).max() for picture in (soft, sharp))
    assert after > 1.2 * before
    assert np.array_equal(sharp[:, :50], soft[:, :50])  # what is flat stays


def test_flicker_is_calmed(still):
    flickering = [np.clip(still * (0.9 if number % 2 else 1.1), 0, 255).astype(np.uint8) for number in range(20)]
    calm = [frame.mean() for frame in deflickered(flickering, 6)]
    assert np.ptp(calm[4:-4]) < 0.5 * np.ptp([frame.mean() for frame in flickering])


def test_scaling_there_and_back(still, psnr):
    [larger] = scaled([still], PixelSize(width=512, height=256))
    assert larger.shape == (256, 512, 3)
    [back] = scaled([larger], PixelSize(width=256, height=128))
    assert psnr(back, still) > 38


def moving(count):
    frames = np.full((count, 96, 320, 3), 60, np.uint8)
    for number in range(count):
        frames[number, 20:70, 10 + 10 * number : 60 + 10 * number] = 200
    return frames


@pytest.mark.parametrize(("count", "expected"), [(1, 2), (2, 5), (16, 40), (17, 42)])
def test_interpolation_lasts_as_long_and_keeps_what_there_was(count, expected):
    frames = moving(count)
    made = list(interpolated(iter(frames), FILM, Fraction(60)))
    assert len(made) == expected
    for number in range(0, count, 2):
        assert np.abs(made[number * 5 // 2].astype(int) - frames[number]).max() <= 2


def test_motion_lies_between():
    made = list(interpolated(moving(12), FILM, Fraction(48)))
    edges = [int(np.argmax(frame[45, :, 1] > 130)) for frame in made[:20]]
    assert edges == pytest.approx([10 + 5 * index for index in range(20)], abs=1)


def test_nothing_lies_between_two_scenes():
    one, two = moving(8), 255 - moving(8)
    made = list(interpolated([*one, *two], FILM, Fraction(60)))
    distances = [min(np.abs(frame.astype(int) - other).mean() for other in (*one, *two)) for frame in made]
    assert max(distances) < 8


def test_stages_stream(still):
    asked = 0

    def frames() -> Iterator[np.ndarray]:
        nonlocal asked
        for _ in range(1000):
            asked += 1
            yield still

    stage = sharpened(denoised(frames()))
    for _ in range(5):
        next(stage)
    assert asked < 30


def test_what_is_refused(still):
    for stage in (lambda: denoised([still], 2), lambda: sharpened([still], -1), lambda: deflickered([still], 1)):
        with pytest.raises(BadField):
            stage()
    with pytest.raises(BadField) as caught:
        interpolated([still], Fraction(60), FILM)
    assert caught.value.field == "target"
    with pytest.raises(ValueError, match="a frame is"):
        list(sharpened([still, still[:64]]))
    assert list(sharpened([])) == []
    planes = Planes(64, 64, "yuv420p", Fraction(1, 24), 1, False)
    with pytest.raises(ValueError, match="no_such_filter"):
        FilterGraph(planes, [Filter("no_such_filter")])
