"""How long a running job still takes: from its own steps as soon as there are any, and from its plan before."""

import time
from collections.abc import Mapping

from artifex.catalog.work import Stage

_ORDER: tuple[Stage, ...] = ("load", "encode", "denoise", "decode")


class Forecast:
    """Seconds left. The times of all stages are the plan's until this job shows its own."""

    def __init__(self, steps: int) -> None:
        """``steps``: how many of them denoising takes, at least."""
        self.longest_step = 0.0
        """Seconds, of the steps so far."""
        self._steps = max(1, steps)
        self._planned: Mapping[Stage, float] = {}
        self._stage: Stage | None = None
        self._since = self._step_since = time.monotonic()
        self._first = 0

    @property
    def expected_step(self) -> float:
        """Seconds that the first step of the stage at hand takes by the plan: of denoising a step, of others the whole.
        0 where nothing is planned, and once the stage has shown its own."""
        if self._stage is None or self._first >= 0:
            return 0.0
        return self._planned.get(self._stage, 0.0) / (self._steps if self._stage == "denoise" else 1)

    def plan(self, stages: Mapping[Stage, float]) -> None:
        self._planned = stages

    def enter(self, stage: Stage) -> float | None:
        """A stage begins; returns the seconds left, None where nothing is known."""
        self._stage = stage
        self._since = self._step_since = time.monotonic()
        self._first = -1
        return self._later(stage, including=True)

    def advance(self, done: int, of: int) -> float | None:
        """So many steps or frames of this stage are done; returns the seconds left."""
        now = time.monotonic()
        self.longest_step = max(self.longest_step, now - self._step_since)
        if self._first < 0:
            self._first = done - 1  # where an earlier attempt left off
        self._step_since = now
        here = (now - self._since) / max(1, done - self._first) * (of - done)
        return here + (self._later(self._stage, including=False) or 0.0)

    def _later(self, stage: Stage | None, *, including: bool) -> float | None:
        if stage not in _ORDER or not self._planned:
            return None
        place = _ORDER.index(stage) + (not including)
        return sum(self._planned.get(each, 0.0) for each in _ORDER[place:])
