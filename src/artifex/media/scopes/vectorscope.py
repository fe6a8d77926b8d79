"""Colours on a disc: the hue is the direction, the saturation the distance from the middle."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from artifex.media.scopes.drawing import BACKGROUND, LINE, Colour, check_size, glow, resampled
from artifex.media.scopes.signal import CENTRE, chroma, fewer_lines
from artifex.units import PixelSize

LEVELS = 256
_FULL_SHARE = 0.0006
"""Share of all pixels at one place from which on it is at its brightest."""
_BARS: dict[str, Colour] = {
    "R": (191, 0, 0),
    "Yl": (191, 191, 0),
    "G": (0, 191, 0),
    "Cy": (0, 191, 191),
    "B": (0, 0, 191),
    "Mg": (191, 0, 191),
}
"""Colour bars of 75 %, whose places are marked."""
_SKIN_DEGREES = 123.0
"""Counterclockwise from Cb: the I axis of NTSC, near which skin of every colour lies."""
_MARK = 0.022
_GREY: Colour = (120, 120, 126)


@dataclass(frozen=True, slots=True, eq=False)
class Vectorscope:
    """``counts`` [256, 256]: how many pixels have a Cr (rows) and a Cb (columns), BT.709, full range, 128 is grey."""

    counts: NDArray[np.int64]

    def picture(self, size: PixelSize) -> NDArray[np.uint8]:
        """RGB [height, width, 3]: Cb to the right, Cr up, traces in their own colours. Raises BadField for its size."""
        check_size(size)
        side = min(size.width, size.height)
        square = PixelSize(width=side, height=side)
        full = int(self.counts.sum()) * _FULL_SHARE * min(1.0, (side / LEVELS) ** 2)
        brightness = glow(resampled(self.counts[::-1], square), max(full, 1e-9))[..., None]
        page = np.full((size.height, size.width, 3), BACKGROUND, np.uint8)
        top, left = (size.height - side) // 2, (size.width - side) // 2
        back = _graticule(side)
        page[top : top + side, left : left + side] = back + brightness * np.maximum(_hues(side) - back, 0)
        return page


def vectorscope(frame: NDArray[np.uint8]) -> Vectorscope:
    """The vectorscope of a frame [H, W, 3]; of more than 540 lines every second, third, ... is used."""
    blueness, redness = chroma(fewer_lines(frame))
    places = redness.astype(np.int64) * LEVELS + blueness
    return Vectorscope(np.bincount(places.ravel(), minlength=LEVELS * LEVELS).reshape(LEVELS, LEVELS))


@lru_cache(maxsize=4)
def _hues(side: int) -> NDArray[np.float32]:
    """The colour of each place [side, side, 3] at middle brightness."""
    axis = (np.arange(side, dtype=np.float32) + 0.5) / side * LEVELS - CENTRE
    blueness, redness = axis[None, :], axis[::-1, None]
    red = 160 + 1.5748 * redness + 0 * blueness
    blue = 160 + 1.8556 * blueness + 0 * redness
    green = (160 - 0.2126 * red - 0.0722 * blue) / 0.7152
    colours = np.clip(np.stack([red, green, blue], axis=-1), 40, 255).astype(np.float32)
    colours.setflags(write=False)
    return colours


@lru_cache(maxsize=4)
def _graticule(side: int) -> NDArray[np.uint8]:
    page = Image.new("RGB", (side, side), (BACKGROUND, BACKGROUND, BACKGROUND))
    pen = ImageDraw.Draw(page)
    middle = side / 2
    pen.line((middle, 0, middle, side), LINE)
    pen.line((0, middle, side, middle), LINE)
    pen.ellipse((0, 0, side - 1, side - 1), outline=LINE)
    angle = math.radians(_SKIN_DEGREES)
    pen.line((middle, middle, middle + middle * math.cos(angle), middle - middle * math.sin(angle)), LINE)
    for name, colour in _BARS.items():
        blueness, redness = (int(level[0, 0]) for level in chroma(np.array([[colour]], np.uint8)))
        x, y = (blueness + 0.5) / LEVELS * side, (LEVELS - 0.5 - redness) / LEVELS * side
        mark = max(2.0, _MARK * side)
        pen.rectangle((x - mark, y - mark, x + mark, y + mark), outline=_GREY)
        if side >= LEVELS:
            pen.text((x + mark + 3, y), name, fill=_GREY, anchor="lm")
    picture = np.array(page)
    picture.setflags(write=False)
    return picture
