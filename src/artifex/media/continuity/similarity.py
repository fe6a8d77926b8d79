"""How similar two neighbouring frames are, with the camera's motion compensated."""

from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

_T = TypeVar("_T", bound=np.generic)
Plane = NDArray[np.float32]
_WINDOW = 8
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
_FARTHEST = 8
"""A camera's move between two frames is at most this part of a side: an eighth."""
_PEAKS = 4
_SURROUNDINGS = np.arange(-4, 5)
"""Pixels around a peak that belong to it."""
_EPSILON = 1e-6
_COARSE = 0.06
"""Standard deviation of the low-pass filter, a Gaussian, in cycles a pixel."""


def spectrum(plane: Plane) -> NDArray[np.complexfloating]:
    """The Fourier transform of a luma plane [H, W] for :func:`shifts`, windowed, since borders do not move."""
    height, width = plane.shape
    window = np.hanning(height).astype(np.float32)[:, None] * np.hanning(width).astype(np.float32)
    return np.fft.rfft2((plane - plane.mean()) * window)


def shifts(
    before: NDArray[np.complexfloating], after: NDArray[np.complexfloating], shape: tuple[int, int]
) -> list[tuple[int, int]]:
    """How far the picture may have moved down and to the right, in whole pixels up to an eighth of a side.

    The highest peaks of the phase correlation (C. D. Kuglin and D. C. Hines, "The phase correlation image alignment
    method", 1975): several, since an object that moves before a plain background can give the highest one.
    """
    cross = after * before.conj()
    correlation = np.fft.irfft2(cross / (np.abs(cross) + _EPSILON) * _coarse(*shape), s=shape)
    moves: list[tuple[int, int]] = []
    for _ in range(_PEAKS):
        row, column = divmod(int(correlation.argmax()), shape[1])
        moves.append((_signed(row, shape[0]), _signed(column, shape[1])))
        around = np.ix_((row + _SURROUNDINGS) % shape[0], (column + _SURROUNDINGS) % shape[1])
        correlation[around] = -np.inf
    return [move for move in moves if is_near(move, shape)]


def is_near(move: tuple[int, int], shape: tuple[int, int]) -> bool:
    """Whether a move is at most an eighth of each side, so that the pictures overlap enough to compare."""
    return abs(move[0]) <= shape[0] // _FARTHEST and abs(move[1]) <= shape[1] // _FARTHEST


def aligned(before: NDArray[_T], after: NDArray[_T], down: int, right: int) -> tuple[NDArray[_T], NDArray[_T]]:
    """The parts of two pictures [H, W, ...] that both show, when ``after`` has moved so far."""
    height, width = before.shape[:2]
    rows, columns = slice(max(0, -down), height - max(0, down)), slice(max(0, -right), width - max(0, right))
    moved_rows = slice(max(0, down), height - max(0, -down))
    moved_columns = slice(max(0, right), width - max(0, -right))
    return before[rows, columns], after[moved_rows, moved_columns]


def ssim(one: Plane, other: Plane) -> float:
    """Structural similarity of two luma planes [H, W] of 0 to 255; 1 is equal.

    Z. Wang and others, "Image quality assessment: from error visibility to structural similarity" (2004), with even
    windows of 8x8 pixels, as in their first index (2002). Planes smaller than that are compared as a whole.
    """
    window = min(_WINDOW, *one.shape)
    mean_1, mean_2 = _means(one, window), _means(other, window)
    square_1, square_2, product = mean_1 * mean_1, mean_2 * mean_2, mean_1 * mean_2
    variance_1 = _means(one * one, window) - square_1
    variance_2 = _means(other * other, window) - square_2
    covariance = _means(one * other, window) - product
    likeness = (2 * product + _C1) * (2 * covariance + _C2)
    return float(np.mean(likeness / ((square_1 + square_2 + _C1) * (variance_1 + variance_2 + _C2))))


@lru_cache(maxsize=4)
def _coarse(height: int, width: int) -> NDArray[np.float32]:
    """Low-pass weights for a spectrum: grain, which does not move with the picture, is in the high frequencies."""
    square = np.fft.fftfreq(height)[:, None] ** 2 + np.fft.rfftfreq(width)[None, :] ** 2
    weights = np.exp(-square / (2 * _COARSE**2)).astype(np.float32)
    weights.setflags(write=False)
    return weights


def _means(plane: Plane, window: int) -> NDArray[np.float64]:
    """The mean of every window [H - window + 1, W - window + 1], by a summed-area table."""
    sums = np.zeros((plane.shape[0] + 1, plane.shape[1] + 1))
    np.cumsum(np.cumsum(plane, axis=0, dtype=np.float64), axis=1, out=sums[1:, 1:])
    total = sums[window:, window:] - sums[:-window, window:] - sums[window:, :-window] + sums[:-window, :-window]
    return total / window**2


def _signed(place: int, side: int) -> int:
    return place - side if place > side // 2 else place
