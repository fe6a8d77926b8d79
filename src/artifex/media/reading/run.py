"""Runs of frames at a constant step, as films show them."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from artifex.media.reading.conform import source_frames
from artifex.media.reading.frame_reader import FrameReader
from artifex.media.reading.index import FrameIndex
from artifex.units import PixelSize


@dataclass(frozen=True, slots=True)
class Run:
    """``count`` frames, of which frame ``i`` is the clip's frame ``floor(start + i * step)``, clamped to the clip.

    Where the clip has the size ``planes``, frames come as planes for the encoder, unless they need to be pictures.
    """

    start: Fraction
    step: Fraction
    count: int
    planes: PixelSize | None = None

    def numbers(self, frame_count: int) -> Iterator[int]:
        for i in range(self.count):
            yield max(0, min(floor(self.start + i * self.step), frame_count - 1))


def read_runs(path: Path, runs: Sequence[Run]) -> Generator[NDArray[np.uint8], None, None]:
    """Frames [H, W, 3], or 4 with straight alpha, of square pixels; one run after the other. Raises BadReference.

    Where the clip's rate varies, its frames are those of the average rate, so that they stay with its sound. What comes
    as planes is [3/2 H, W]; see :data:`artifex.media.reading.planes.Planes`.
    """
    with FrameReader(path) as reader:
        size = reader.facts.square_size
        shown = _shown(reader.index)
        for run in runs:
            # Planes of another size would be scaled differently from the pictures of films.
            as_planes = run.planes if size is None and run.planes == reader.facts.size else None
            for number in (int(shown[at]) for at in run.numbers(len(shown))):
                planes = None if as_planes is None else reader.planes(number, as_planes)
                yield cast(NDArray[np.uint8], reader.frame(number, size)) if planes is None else planes


def _shown(index: FrameIndex) -> NDArray[np.int64]:
    """For each frame at the average rate the number of the one that is shown when it begins."""
    if index.is_constant:
        return np.arange(index.frame_count)
    return source_frames(index, index.average_rate)
