"""Places a picture on the canvas: scaled, rotated, cropped to what is visible."""

import math
from dataclasses import replace
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from artifex.media.compose.places import OPAQUE, Area, Placed, framed, split
from artifex.media.compose.turning import turned
from artifex.units import PixelSize

Fit = Literal["contain", "cover", "stretch", "none"]
_WHOLE = 1e-4
"""Pixels; what is nearer to a whole number than this is taken for it."""
_LEAST = 1.0
"""Least pixels a side. Anything smaller is invisible, and its frame would have to be padded to many times its size."""
Box = tuple[float, float, float, float]


class Placing(Protocol):
    """The fields of a layer that say where it lies; see :class:`artifex.media.compose.layers.Layer`."""

    @property
    def x(self) -> float: ...
    @property
    def y(self) -> float: ...
    @property
    def scale(self) -> float: ...
    @property
    def rotation(self) -> float: ...
    @property
    def fit(self) -> Fit: ...


def placed(frame: NDArray[np.uint8], size: PixelSize, placing: Placing) -> Placed | None:
    """``frame`` [H, W, 3 or 4] placed on a canvas of ``size``; None where nothing of it is visible.

    Scaled by Lanczos with three lobes, antialiased when shrinking. Edges between two pixels are smooth.
    """
    area = _area(frame.shape[1], frame.shape[0], size, placing)
    if placing.rotation % 360:
        return turned(frame, size, area, placing.rotation)
    return _scaled(frame, size, area)


def _area(width: int, height: int, size: PixelSize, placing: Placing) -> Area:
    across, down = size.width / width, size.height / height
    if placing.fit == "contain":
        across = down = min(across, down)
    elif placing.fit == "cover":
        across = down = max(across, down)
    elif placing.fit == "none":
        across = down = 1.0
    w, h = max(width * across * placing.scale, _LEAST), max(height * down * placing.scale, _LEAST)
    if (placing.x, placing.y, placing.scale, placing.rotation % 360) == (0, 0, 1, 0):
        # Centred and unscaled: whole pixels, so that nothing is blurred by half a pixel.
        w, h = round(w), round(h)
        return Area((size.width - w) // 2, (size.height - h) // 2, w, h)
    return Area(size.width * (0.5 + placing.x) - w / 2, size.height * (0.5 + placing.y) - h / 2, w, h)


def _scaled(frame: NDArray[np.uint8], size: PixelSize, area: Area) -> Placed | None:
    """Placed without rotation: only the visible part is scaled, and what has its size already is only cropped."""
    x0, y0 = max(0, math.floor(area.left + _WHOLE)), max(0, math.floor(area.top + _WHOLE))
    x1 = min(size.width, math.ceil(area.left + area.width - _WHOLE))
    y1 = min(size.height, math.ceil(area.top + area.height - _WHOLE))
    if x0 >= x1 or y0 >= y1:
        return None
    across, down = frame.shape[1] / area.width, frame.shape[0] / area.height
    box = (
        (x0 - area.left) * across,
        (y0 - area.top) * down,
        (x1 - area.left) * across,
        (y1 - area.top) * down,
    )
    whole = [round(side) for side in box]
    if (whole[2] - whole[0], whole[3] - whole[1]) == (x1 - x0, y1 - y0) and _are_near(box, whole):
        part = frame[whole[1] : whole[3], whole[0] : whole[2]]
        return split(Image.fromarray(np.ascontiguousarray(part)), x0, y0)
    picture, box = _inside(frame, box)
    # Pillow multiplies by alpha before it scales, and divides afterwards.
    place = split(picture.resize((x1 - x0, y1 - y0), Image.Resampling.LANCZOS, box), x0, y0)
    return place if frame.shape[2] == 4 else replace(place, alpha=_coverage(area, x0, y0, x1, y1))


def _are_near(sides: Box, whole: list[int]) -> bool:
    return all(abs(side - wanted) < _WHOLE for side, wanted in zip(sides, whole, strict=True))


def _inside(frame: NDArray[np.uint8], box: Box) -> tuple[Image.Image, Box]:
    """The picture, padded where ``box`` reaches over its edges, and the box in that picture.

    RGBA is padded with transparent pixels, RGB with its edge pixels: its alpha comes from :func:`_coverage`, exactly
    and without a filter's ringing.
    """
    height, width = frame.shape[:2]
    over = max(-box[0], -box[1], box[2] - width, box[3] - height)
    if over < _WHOLE:
        held = (max(box[0], 0.0), max(box[1], 0.0), min(box[2], float(width)), min(box[3], float(height)))
        return Image.fromarray(frame), held
    margin = math.ceil(over)
    moved = (box[0] + margin, box[1] + margin, box[2] + margin, box[3] + margin)
    if frame.shape[2] == 4:
        return Image.fromarray(framed(frame, margin)), moved
    return Image.fromarray(np.pad(frame, ((margin, margin), (margin, margin), (0, 0)), mode="edge")), moved


def _coverage(area: Area, x0: int, y0: int, x1: int, y1: int) -> Image.Image | None:
    """How much of each pixel of the canvas an opaque picture covers; None where it covers all."""
    across = _covered(area.left, area.left + area.width, x0, x1)
    down = _covered(area.top, area.top + area.height, y0, y1)
    if min(across.min(), down.min()) > 1 - _WHOLE:
        return None
    return Image.fromarray(np.rint(np.outer(down, across) * OPAQUE).astype(np.uint8))


def _covered(start: float, end: float, first: int, last: int) -> NDArray[np.float64]:
    """The part of each pixel from ``first`` to ``last`` that lies between ``start`` and ``end``."""
    pixels = np.arange(first, last)
    return np.clip(np.minimum(pixels + 1, end) - np.maximum(pixels, start), 0, 1)
