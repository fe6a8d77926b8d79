"""Blends a picture over another, in display-referred values."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Blend = Literal["normal", "multiply", "screen", "add"]
Floats = NDArray[np.float32]
_ROWS = 48
"""Lines of floats that are mixed together, few enough to stay in a processor's cache."""
_FULL = 255
_HALF = np.float32(0.5)


def lay(
    canvas: NDArray[np.uint8], picture: Image.Image, alpha: Image.Image | None, opacity: float, blend: Blend
) -> None:
    """Put ``picture`` (RGB) over ``canvas`` [h, w, 3], in place. ``alpha`` (L) is straight; None is all opaque.

    Exact to one level: with alpha, Pillow rounds its product with ``opacity`` and then the mixture. All else is rounded
    once.
    """
    if blend == "normal" and alpha is not None:
        below = Image.fromarray(canvas)
        below.paste(picture, (0, 0), alpha if opacity == 1 else alpha.point(_fainter(opacity)))
        canvas[:] = np.asarray(below)
    elif blend == "normal" and opacity == 1:
        canvas[:] = np.asarray(picture)
    else:
        _mix(canvas, np.asarray(picture), None if alpha is None else np.asarray(alpha), opacity, blend)


def _fainter(opacity: float) -> list[int]:
    return [round(opacity * level) for level in range(_FULL + 1)]


def _mix(
    canvas: NDArray[np.uint8], picture: NDArray[np.uint8], alpha: NDArray[np.uint8] | None, opacity: float, blend: Blend
) -> None:
    for top in range(0, len(canvas), _ROWS):
        rows = slice(top, top + _ROWS)
        below = canvas[rows].astype(np.float32)
        change = _blended(below, picture[rows], blend)
        change -= below
        change *= np.float32(opacity) if alpha is None else _share(alpha[rows], opacity)
        below += change
        below += _HALF
        canvas[rows] = below


def _share(alpha: NDArray[np.uint8], opacity: float) -> Floats:
    return np.multiply(alpha, np.float32(opacity / _FULL), dtype=np.float32)[..., None]


def _blended(below: Floats, picture: NDArray[np.uint8], blend: Blend) -> Floats:
    """The colour where the picture is opaque: W3C, "Compositing and Blending Level 1", section 9.1; ``add`` is "plus
    lighter" of its section 6.
    """
    above = picture.astype(np.float32)
    if blend in ("multiply", "screen"):
        product = below * above
        product *= np.float32(1 / _FULL)
        return product if blend == "multiply" else below + above - product
    if blend == "add":
        return np.minimum(below + above, np.float32(_FULL), dtype=np.float32)
    return above
