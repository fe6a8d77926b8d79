"""Frames at a pace, as films show them."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from artifex.media.reading.frame_reader import FrameReader


@dataclass(frozen=True, slots=True)
class Run:
    """``count`` frames, of which frame ``i`` is the clip's frame ``floor(start + i * step)``, held within the clip."""

    start: Fraction
    step: Fraction
    count: int

    def numbers(self, frame_count: int) -> Iterator[int]:
        for i in range(self.count):
            yield max(0, min(floor(self.start + i * self.step), frame_count - 1))


def read_runs(path: Path, runs: Sequence[Run]) -> Generator[NDArray[np.uint8], None, None]:
    """Frames [H, W, 3], or 4 with straight alpha, of square pixels; one run after the other. Raises BadReference."""
    with FrameReader(path) as reader:
        size = reader.facts.square_size
        for run in runs:
            for number in run.numbers(reader.frame_count):
                yield cast(NDArray[np.uint8], reader.frame(number, size))
