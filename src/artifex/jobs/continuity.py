"""Continuity reports of clips, for servers: cached, and computed a few at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from artifex.jobs.kept import Kept
from artifex.media.continuity.meter import continuity
from artifex.media.continuity.report import ContinuityReport
from artifex.media.opener import Opener
from artifex.media.reading.run import Run

MOST_FRAMES = 1_200
"""The most frames of one report, which takes a CPU some seconds."""
_MOST_KEPT = 64
_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Reports:
    """A cache of continuity reports. Thread-safe."""

    opener: Opener
    _kept: Kept[tuple[str, int, int], ContinuityReport] = field(default_factory=lambda: Kept(_MOST_KEPT, _AT_ONCE))

    def of_clip(self, path: Path, sha256: str, start: int, count: int) -> ContinuityReport:
        """The report on ``count`` frames from frame ``start`` on, which the clip must have. Raises BadReference."""
        return self._kept.get((sha256, start, count), lambda: continuity(clip_frames(self.opener, path, start, count)))


def clip_frames(opener: Opener, path: Path, start: int, count: int) -> Iterator[NDArray[np.uint8]]:
    """RGB frames [H, W, 3]; an alpha channel is dropped. Raises BadReference."""
    for frame in opener.runs(path, [Run(Fraction(start), Fraction(1), count)]):
        yield np.ascontiguousarray(frame[..., :3])
