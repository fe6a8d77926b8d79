"""Runs of frames at a constant step, as films show them."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from artifex.media.reading.frame_reader import FrameReader
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

    What comes as planes is [3/2 H, W]; see :data:`artifex.media.reading.planes.Planes`.
    """
    with FrameReader(path) as reader:
        size = reader.facts.square_size
        for run in runs:
            # Planes of another size would be scaled differently from the pictures of films.
            as_planes = run.planes if size is None and run.planes == reader.facts.size else None
            for number in run.numbers(reader.frame_count):
                planes = None if as_planes is None else reader.planes(number, as_planes)
                yield cast(NDArray[np.uint8], reader.frame(number, size)) if planes is None else planes
