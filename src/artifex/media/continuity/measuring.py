"""Measures one frame, by itself and against the frame before."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from artifex.media.continuity.lab import Lab, lab
from artifex.media.continuity.similarity import Plane, aligned, is_near, shifts, spectrum, ssim
from artifex.media.scopes.signal import luma

_WHITE = 255
_DETAIL_SIDE = 640
_SMALL_SIDE = 320
_REPEAT_MEAN = 0.12
_REPEAT_MOST = 8
"""Levels of 255 by which two small pictures may differ, on average and at one place, and still count as the same frame:
as much as an encoder changes a repeated frame."""


@dataclass(frozen=True, slots=True)
class FrameMeasure:
    """A clip's first frame has ``difference`` 0, ``residue`` 0, ``similarity`` 1 and ``is_repeat`` False."""

    colour: Lab
    """Mean L*, a* and b*."""
    contrast: float
    """Standard deviation of L*, 0 to 50."""
    sharpness: float
    """Variance of the Laplacian of luma, in squared levels of 255, of a picture at most 640 pixels long.
    (J. L. Pech-Pacheco and others, "Diatom autofocusing in brightfield microscopy", 2000.)"""
    difference: float
    """Mean absolute difference of red, green and blue from those of the frame before, 0 to 1."""
    residue: float
    """What is left of ``difference`` after motion compensation, over the area that both frames show. The camera's move
    is in whole pixels of a picture at most 320 long, up to an eighth of a side: of four peaks of the phase correlation,
    and the pixels around the best, the one that leaves least."""
    similarity: float
    """SSIM with the frame before, of luma at most 320 pixels long, 0 to 1: the better of that without and with motion
    compensation."""
    is_repeat: bool


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What is kept of a frame to compare the next one with."""

    small: NDArray[np.uint8]
    plane: Plane
    spectrum: NDArray[np.complexfloating]


def measured(frame: NDArray[np.uint8], before: Seen | None) -> tuple[FrameMeasure, Seen]:
    """Measure one frame RGB [H, W, 3] of any size. ``before`` is from the call for the frame before it."""
    picture = _reduced(Image.fromarray(frame), _DETAIL_SIDE)
    small = np.asarray(_reduced(picture, _SMALL_SIDE))
    plane = luma(small).astype(np.float32)
    seen = Seen(small, plane, spectrum(plane))
    colours = lab(small)
    difference, residue, similarity, is_repeat = (0.0, 0.0, 1.0, False) if before is None else _compared(before, seen)
    measure = FrameMeasure(
        colour=_mean_colour(colours),
        contrast=float(colours[..., 0].std(dtype=np.float64)),
        sharpness=_sharpness(luma(np.asarray(picture))),
        difference=difference,
        residue=residue,
        similarity=similarity,
        is_repeat=is_repeat,
    )
    return measure, seen


def _mean_colour(colours: NDArray[np.float32]) -> Lab:
    lightness, a, b = colours.reshape(-1, 3).mean(axis=0, dtype=np.float64).tolist()
    return lightness, a, b


def _compared(before: Seen, after: Seen) -> tuple[float, float, float, bool]:
    """Difference, residue, similarity and whether it is a repeat."""
    if before.small.shape != after.small.shape:
        raise ValueError("the frames of a clip are of one size")
    distance = _distance(before.small, after.small)
    difference, similarity = float(distance.mean()), ssim(before.plane, after.plane)
    is_repeat = difference < _REPEAT_MEAN and int(distance.max()) <= _REPEAT_MOST
    move, residue = _camera_move(before, after, difference)
    if move != (0, 0):
        similarity = max(similarity, ssim(*aligned(before.plane, after.plane, *move)))
    return difference / _WHITE, residue / _WHITE, min(1.0, max(0.0, similarity)), is_repeat


def _camera_move(before: Seen, after: Seen, difference: float) -> tuple[tuple[int, int], float]:
    """The move (down, right), and the difference that it leaves; (0, 0) where no move makes it smaller."""
    best, least = _least(before, after, [(0, 0), *shifts(before.spectrum, after.spectrum, after.plane.shape)])
    around = [(best[0] + down, best[1] + right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    best, least = _least(before, after, [move for move in around if is_near(move, after.plane.shape)])
    return (best, least) if least < difference else ((0, 0), difference)


def _least(before: Seen, after: Seen, moves: list[tuple[int, int]]) -> tuple[tuple[int, int], float]:
    left = [float(_distance(*aligned(before.small, after.small, *move)).mean()) for move in moves]
    least = min(left)
    return moves[left.index(least)], least


def _distance(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.int16]:
    return np.abs(other.astype(np.int16) - one)


def _sharpness(plane: NDArray[np.uint8]) -> float:
    if min(plane.shape) < 3:
        return 0.0
    levels = plane.astype(np.int16)
    around = levels[:-2, 1:-1] + levels[2:, 1:-1] + levels[1:-1, :-2] + levels[1:-1, 2:]
    return float((around - 4 * levels[1:-1, 1:-1]).astype(np.float32).var(dtype=np.float64))


def _reduced(picture: Image.Image, side: int) -> Image.Image:
    """Shrunk by means over blocks of whole pixels, which is cheap and shifts nothing."""
    factor = -(-max(picture.size) // side)
    return picture.reduce(factor) if factor > 1 else picture
