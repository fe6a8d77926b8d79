"""How similar two versions of a clip are, to measure what a faster way of making it costs."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from artifex.media.continuity.similarity import ssim
from artifex.media.scopes.signal import luma

Frames = NDArray[np.uint8]

MOST_PSNR = 100.0
"""Decibels that stand for equal clips, whose ratio is infinite."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """``psnr`` in decibels over all pixels and channels of all frames; ``ssim`` of luma, the mean of all frames."""

    psnr: float
    ssim: float


def likeness(one: Iterable[Frames], other: Iterable[Frames]) -> Likeness:
    """Compare two clips, each in chunks of RGB frames [t, H, W, 3] cut anywhere, without holding either.

    Raises ValueError where one is longer or larger.
    """
    squares, values, alike = 0.0, 0, list[float]()
    for frame, beside in zip(_single(one), _single(other), strict=True):
        if frame.shape != beside.shape:
            raise ValueError("the clips are of different sizes")
        difference = frame.astype(np.float32) - beside
        squares += float(np.sum(difference * difference, dtype=np.float64))
        values += difference.size
        alike.append(ssim(luma(frame).astype(np.float32), luma(beside).astype(np.float32)))
    return Likeness(_decibels(squares / max(1, values)), float(np.mean(alike or [1.0])))


def _single(chunks: Iterable[Frames]) -> Iterator[Frames]:
    for chunk in chunks:
        yield from chunk


def _decibels(square: float) -> float:
    if square == 0:
        return MOST_PSNR
    return min(MOST_PSNR, 10 * math.log10(255**2 / square))
