"""Mixes the frames of two clips in a transition."""

import math
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from artifex.errors import BadField

TransitionKind = Literal["dissolve", "dip", "wipe"]
_ROWS = 48
"""Lines of floats that are mixed together, few enough to stay in a processor's cache."""


def transition(
    a: NDArray[np.uint8],
    b: NDArray[np.uint8],
    kind: TransitionKind,
    progress: float,
    *,
    colour: tuple[int, int, int] = (0, 0, 0),
    angle: float = 0.0,
    softness: float = 0.0,
) -> NDArray[np.uint8]:
    """A frame between ``a`` and ``b`` [H, W, 3]; at progress 0 it is ``a`` itself, at 1 ``b`` itself.

    A ``dissolve`` mixes display-referred values, as editors do; a ``dip`` goes through ``colour``, which fills the
    frame at one half; the edge of a ``wipe`` moves in the direction ``angle`` (degrees clockwise, 0 is right) and is
    ``softness`` wide, 0 to 1 of its whole way. Raises BadField, and ValueError where the frames differ in size.
    """
    if a.shape != b.shape:
        raise ValueError(f"a transition is between frames of one size, not {a.shape} and {b.shape}")
    for name, value in (("progress", progress), ("softness", softness)):
        if not 0 <= value <= 1:
            raise BadField(name, f"{name} of a transition is {value:g}, but has to be from 0 to 1.")
    if not math.isfinite(angle):
        raise BadField("angle", "angle of a transition has to be a number of degrees.")
    if progress in (0, 1):
        return b if progress else a
    if kind == "dissolve":
        return _mixed(a, b, progress)
    if kind == "dip":
        return _dipped(a, b, progress, colour)
    if kind == "wipe":
        return _wiped(a, b, progress, angle, softness)
    raise BadField("kind", f"kind of a transition is {kind!r:.40}, none of dissolve, dip, wipe.")


def _mixed(a: NDArray[np.uint8], b: NDArray[np.uint8], share: float) -> NDArray[np.uint8]:
    result = np.empty_like(a)
    for top in range(0, len(a), _ROWS):
        rows = slice(top, top + _ROWS)
        mixture = np.multiply(a[rows], np.float32(1 - share), dtype=np.float32)
        mixture += np.multiply(b[rows], np.float32(share), dtype=np.float32)
        mixture += np.float32(0.5)
        result[rows] = mixture
    return result


def _dipped(
    a: NDArray[np.uint8], b: NDArray[np.uint8], progress: float, colour: tuple[int, int, int]
) -> NDArray[np.uint8]:
    """By a table for each channel: from one frame and one colour, each level has one result."""
    frame, share = (a, 2 * progress) if progress < 0.5 else (b, 2 - 2 * progress)
    levels = np.arange(256)[:, None] * (1 - share) + np.array(colour) * share
    tables = (levels + 0.5).astype(np.uint8)
    return np.stack([np.take(tables[:, channel], frame[..., channel]) for channel in range(3)], axis=-1)


def _wiped(
    a: NDArray[np.uint8], b: NDArray[np.uint8], progress: float, angle: float, softness: float
) -> NDArray[np.uint8]:
    way = _way(a.shape[0], a.shape[1], angle % 360)
    if softness == 0:
        return np.where((way < progress)[..., None], b, a)
    share = np.clip((progress * (1 + softness) - way) / softness, 0, 1).astype(np.float32)
    result = np.empty_like(a)
    for top in range(0, len(a), _ROWS):
        rows = slice(top, top + _ROWS)
        mixture = a[rows].astype(np.float32)
        mixture += (b[rows] - mixture) * share[rows, :, None]
        mixture += np.float32(0.5)
        result[rows] = mixture
    return result


@lru_cache(maxsize=4)
def _way(height: int, width: int, angle: float) -> NDArray[np.float32]:
    """How far the edge has moved, 0 to 1, when it reaches the middle of each pixel [H, W]."""
    direction = math.radians(angle)
    cos, sin = math.cos(direction), math.sin(direction)
    x = (np.arange(width, dtype=np.float32) + 0.5 - width / 2) * cos
    y = (np.arange(height, dtype=np.float32) + 0.5 - height / 2) * sin
    reach = (width * abs(cos) + height * abs(sin)) / 2
    way = ((y[:, None] + x[None, :]) / (2 * reach) + 0.5).astype(np.float32)
    way.setflags(write=False)
    return way
