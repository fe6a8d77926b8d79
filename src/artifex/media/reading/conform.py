"""Conforms footage of any constant or varying rate to the frames of a timeline."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from artifex.media.reading.frame_reader import FrameReader
from artifex.media.reading.index import FrameIndex
from artifex.media.reading.pictures import Picture


def source_frames(index: FrameIndex, rate: Fraction) -> NDArray[np.int64]:
    """For each frame of a timeline at ``rate`` the number of the footage's frame that is shown when it begins.

    Times in files are rounded, to milliseconds in Matroska. So a frame of the footage counts as shown up to an eighth
    of a frame before its time; otherwise equal rates would repeat some frames and drop others.
    """
    step = 1 / rate / index.time_base
    early = min(step, index.frame_seconds / index.time_base) / 8
    count = max(1, round(index.seconds * rate))
    starts = [(number * step + early).__floor__() for number in range(count)]
    passed = np.array(starts, np.int64) + int(index.times[0])
    return np.searchsorted(index.times, passed, side="right") - 1


@dataclass(frozen=True, slots=True)
class Conformed:
    """Footage that behaves as if it had been shot at ``rate``."""

    reader: FrameReader
    rate: Fraction
    numbers: NDArray[np.int64]

    @property
    def frame_count(self) -> int:
        return len(self.numbers)

    def frame(self, number: int) -> Picture:
        """Raises BadReference as the reader does, and IndexError for a number that does not exist."""
        if number < 0:
            raise IndexError(number)
        return self.reader.frame(int(self.numbers[number]))

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Picture]:
        return (self.frame(number) for number in range(start, self.frame_count if stop is None else stop))


def conformed(reader: FrameReader, rate: Fraction) -> Conformed:
    """``reader``'s footage at a timeline's rate, frame by frame."""
    return Conformed(reader, rate, source_frames(reader.index, rate))
