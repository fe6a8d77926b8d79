"""How many pixels have each level."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from artifex.media.scopes.drawing import LINE, Colour, blank, check_size
from artifex.media.scopes.signal import luma
from artifex.units import PixelSize

LEVELS = 256
_COLOURS: tuple[Colour, ...] = ((150, 46, 46), (48, 126, 62), (50, 78, 140), (225, 225, 230))
"""Of red, green and blue, which add up to white where all three are, and of luma."""
_HEADROOM = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """``counts`` [4, 256] of red, green, blue and luma."""

    counts: NDArray[np.int64]

    def picture(self, size: PixelSize) -> NDArray[np.uint8]:
        """RGB [height, width, 3], black at the left; colours add up, luma is a line. Raises BadField for its size."""
        check_size(size)
        heights = self._heights(size)
        canvas = blank(size).astype(np.uint16)
        canvas[:, [round(share * (size.width - 1)) for share in (0.25, 0.5, 0.75)]] = LINE
        rows = np.arange(size.height)[::-1, None]
        for channel, colour in enumerate(_COLOURS[:3]):
            canvas += (rows < heights[channel])[..., None] * np.array(colour, np.uint16)
        top = np.maximum(heights[3] - 1, 0)
        canvas[size.height - 1 - top, np.arange(size.width)] = _COLOURS[3]
        return np.minimum(canvas, 255).astype(np.uint8)

    def _heights(self, size: PixelSize) -> NDArray[np.int64]:
        """Heights in pixels [4, width], by square roots so that small counts are visible.

        The first and last levels do not count for the scale: clipped areas would flatten all the rest.
        """
        columns = np.arange(size.width) * LEVELS // size.width
        roots = np.sqrt(self.counts)
        highest = max(1.0, float(roots[:, 1:-1].max()))
        share = np.minimum(roots / highest, 1)
        return np.rint(share[:, columns] * (size.height * _HEADROOM)).astype(np.int64)


def histogram(frame: NDArray[np.uint8]) -> Histogram:
    """The histogram of all pixels of a frame [H, W, 3]."""
    colours = Image.fromarray(frame).histogram()
    light = Image.fromarray(luma(frame)).histogram()
    return Histogram(np.array(colours + light, np.int64).reshape(4, LEVELS))
