"""Waveforms: the levels in each column of a picture, from left to right."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from artifex.media.scopes.drawing import LINE, Colour, blank, check_size, glow, lit, resampled
from artifex.media.scopes.signal import fewer_lines, luma
from artifex.units import PixelSize

WaveformKind = Literal["luma", "parade"]
LEVELS = 256
_COLOURS: dict[WaveformKind, tuple[Colour, ...]] = {
    "luma": ((196, 240, 208),),
    "parade": ((255, 92, 84), (96, 230, 120), (98, 150, 255)),
}
_FULL_SHARE = 0.12
"""Share of a column's pixels on one level from which on the trace is at its brightest."""
_GRID = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Waveform:
    """``counts`` [1 or 3, 256, W]: how many of a column's pixels have a level. 0 is black; three are R, G and B.

    ``lines`` is how many of the frame's lines were used, so each column sums up to it.
    """

    kind: WaveformKind
    counts: NDArray[np.int64]
    lines: int

    def picture(self, size: PixelSize) -> NDArray[np.uint8]:
        """RGB [height, width, 3] with white at the top and lines at every quarter. Raises BadField for its size."""
        check_size(size)
        canvas = blank(size)
        for share in _GRID:
            canvas[round(share * (size.height - 1))] = LINE
        edges = np.linspace(0, size.width, len(self.counts) + 1).astype(int)
        for counts, left, right, colour in zip(self.counts, edges, edges[1:], _COLOURS[self.kind], strict=False):
            # Where several levels share a line of the picture, each stays as bright as alone.
            full = self.lines * _FULL_SHARE * min(1.0, size.height / LEVELS)
            density = resampled(counts[::-1], PixelSize(width=int(right - left), height=size.height))
            lit(canvas[:, left:right], glow(density, full), colour)
        return canvas


def waveform(frame: NDArray[np.uint8], kind: WaveformKind = "luma") -> Waveform:
    """The waveform of a frame [H, W, 3]; of more than 540 lines every second, third, ... is used."""
    seen = fewer_lines(frame)
    planes = [luma(seen)] if kind == "luma" else [seen[..., channel] for channel in range(3)]
    return Waveform(kind, np.stack([_column_counts(plane) for plane in planes]), len(seen))


def _column_counts(plane: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Counts [256, W], by one list of pairs (column, level): columns first, so that memory accesses are close."""
    width = plane.shape[1]
    places = plane + np.arange(width, dtype=np.int64) * LEVELS
    return np.bincount(places.ravel(), minlength=width * LEVELS).reshape(width, LEVELS).T
