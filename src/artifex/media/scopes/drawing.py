"""Draws counts as pictures."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from artifex.errors import BadField
from artifex.units import PixelSize

Colour = tuple[int, int, int]
BACKGROUND = 14
"""Level of the dark grey behind the traces."""
LINE: Colour = (58, 58, 62)
_SIDES = (32, 4096)


def check_size(size: PixelSize) -> None:
    """Raises BadField."""
    if not all(_SIDES[0] <= side <= _SIDES[1] for side in (size.width, size.height)):
        raise BadField("size", f"A scope of {size} cannot be drawn; its sides are {_SIDES[0]} to {_SIDES[1]} pixels.")


def resampled(counts: NDArray[np.integer], size: PixelSize) -> NDArray[np.float32]:
    """Counts [h, w] resampled to [height, width]: the mean of what lies under each pixel."""
    picture = Image.fromarray(counts.astype(np.float32))
    return np.asarray(picture.resize((size.width, size.height), Image.Resampling.BOX))


def glow(density: NDArray[np.float32], full: float) -> NDArray[np.float32]:
    """Brightness 0 to 1 of a trace: a square root, so that single pixels are visible beside whole areas."""
    return np.sqrt(np.minimum(density * np.float32(1 / full), 1))


def lit(canvas: NDArray[np.uint8], brightness: NDArray[np.float32], colour: Colour) -> None:
    """Put a trace over ``canvas`` [h, w, 3], in place."""
    light = np.array(colour, np.float32)
    canvas[:] = canvas + brightness[..., None] * np.maximum(light - canvas, 0) + np.float32(0.5)


def blank(size: PixelSize) -> NDArray[np.uint8]:
    return np.full((size.height, size.width, 3), BACKGROUND, np.uint8)
