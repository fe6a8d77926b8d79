"""Rotates pictures around their middle."""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from artifex.media.compose.places import Area, Placed, framed, split
from artifex.units import PixelSize


def turned(frame: NDArray[np.uint8], size: PixelSize, area: Area, degrees: float) -> Placed | None:
    """The frame scaled to ``area`` and rotated by ``degrees`` clockwise; None where nothing of it is visible.

    It is shrunk before it is rotated: bicubic reads only 16 pixels, so shrinking by it would alias.
    """
    picture = _premultiplied(frame)
    width, height = picture.width - 2, picture.height - 2
    across, down = min(1.0, area.width / width), min(1.0, area.height / height)
    if across < 1 or down < 1:
        shrunk = (max(1, round(width * across)), max(1, round(height * down)))
        inner = picture.resize(shrunk, Image.Resampling.LANCZOS, (1, 1, width + 1, height + 1))
        picture = Image.new("RGBa", (shrunk[0] + 2, shrunk[1] + 2))
        picture.paste(inner, (1, 1))
        width, height = shrunk
    middle_x, middle_y = area.left + area.width / 2, area.top + area.height / 2
    seen = _bounds(area, math.radians(degrees), middle_x, middle_y, size)
    if seen is None:
        return None
    x0, y0, x1, y1 = seen
    matrix = _backwards(area, (width, height), math.radians(degrees), (middle_x - x0, middle_y - y0))
    result = picture.transform((x1 - x0, y1 - y0), Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC)
    return split(result.convert("RGBA"), x0, y0)


def _premultiplied(frame: NDArray[np.uint8]) -> Image.Image:
    """RGBa with a transparent border of one pixel, so that edges fade out."""
    return Image.fromarray(framed(frame, 1)).convert("RGBa")


def _bounds(
    area: Area, angle: float, middle_x: float, middle_y: float, size: PixelSize
) -> tuple[int, int, int, int] | None:
    """Left, top, right and bottom of the part of the canvas that the rotated picture can touch."""
    cos, sin = abs(math.cos(angle)), abs(math.sin(angle))
    half_x = (area.width * cos + area.height * sin) / 2 + 1
    half_y = (area.width * sin + area.height * cos) / 2 + 1
    x0, x1 = max(0, math.floor(middle_x - half_x)), min(size.width, math.ceil(middle_x + half_x))
    y0, y1 = max(0, math.floor(middle_y - half_y)), min(size.height, math.ceil(middle_y + half_y))
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def _backwards(
    area: Area, pixels: tuple[int, int], angle: float, middle: tuple[float, float]
) -> tuple[float, float, float, float, float, float]:
    """The affine map from canvas to picture with its border, as Pillow's AFFINE takes it."""
    across, down = pixels[0] / area.width, pixels[1] / area.height
    cos, sin = math.cos(angle), math.sin(angle)
    a, b = cos * across, sin * across
    d, e = -sin * down, cos * down
    c = pixels[0] / 2 + 1 - a * middle[0] - b * middle[1]
    f = pixels[1] / 2 + 1 - d * middle[0] - e * middle[1]
    return a, b, c, d, e, f
