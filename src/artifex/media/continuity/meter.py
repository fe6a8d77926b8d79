"""Measures clips as they stream by."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from artifex.media.continuity.measuring import FrameMeasure, Seen, measured
from artifex.media.continuity.report import ContinuityReport, reported


class ContinuityMeter:
    """Looks at a clip's frames one after another and keeps a few numbers of each."""

    def __init__(self) -> None:
        self._measures: list[FrameMeasure] = []
        self._before: Seen | None = None

    def look_at(self, frame: NDArray[np.uint8]) -> FrameMeasure:
        """Measure the next frame, RGB [H, W, 3]. Raises ValueError where the clip changes its size."""
        measure, self._before = measured(frame, self._before)
        self._measures.append(measure)
        return measure

    def watch(self, frames: Iterable[NDArray[np.uint8]]) -> Iterator[NDArray[np.uint8]]:
        """Pass ``frames`` [H, W, 3] on unchanged, looking at them on the way."""
        for frame in frames:
            self.look_at(frame)
            yield frame

    def report(self) -> ContinuityReport:
        """On the frames so far. Raises ValueError before the first."""
        return reported(self._measures)


def continuity(frames: Iterable[NDArray[np.uint8]]) -> ContinuityReport:
    """The report on a whole clip of RGB frames [H, W, 3]. Raises ValueError for no frames, or different sizes."""
    meter = ContinuityMeter()
    for frame in frames:
        meter.look_at(frame)
    return meter.report()
