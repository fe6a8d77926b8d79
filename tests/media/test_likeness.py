"""How like two clips are, whatever chunks they come in."""

import math

import numpy as np
import pytest

from artifex.media.likeness import MOST_PSNR, likeness


def noise(frames: int = 5, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(16, 240, (frames, 24, 32, 3), dtype=np.uint8)


def test_a_clip_is_like_itself_in_any_chunks() -> None:
    clip = noise()
    same = likeness([clip], [clip[:1], clip[1:]])
    assert same.psnr == MOST_PSNR
    assert same.ssim == pytest.approx(1.0)


def test_decibels_are_those_of_the_mean_square() -> None:
    clip = noise()
    brighter = likeness([clip], [clip + 8])
    assert brighter.psnr == pytest.approx(20 * math.log10(255 / 8), abs=1e-3)
    assert 0.9 < brighter.ssim < 1
    other = likeness([clip], [noise(seed=1)])
    assert other.psnr < 12
    assert other.ssim < 0.2


@pytest.mark.parametrize("other", [noise(4), noise()[:, :8]])
def test_clips_of_other_shapes_are_not_compared(other: np.ndarray) -> None:
    with pytest.raises(ValueError):
        likeness([noise()], [other])
