"""The time left of a running job: predicted by its plan until it has measured steps of its own."""

import time
from collections.abc import Mapping

from artifex.catalog.work import Stage

_ORDER: tuple[Stage, ...] = ("load", "encode", "denoise", "decode")


class Forecast:
    """Seconds left: the current stage by its measured steps, later stages by the plan."""

    def __init__(self, steps: int) -> None:
        """``steps``: the number of denoising steps (at least 1 is assumed)."""
        self.longest_step = 0.0
        """Seconds of the longest step so far."""
        self._steps = max(1, steps)
        self._planned: Mapping[Stage, float] = {}
        self._stage: Stage | None = None
        self._since = self._step_since = time.monotonic()
        self._first = 0

    @property
    def expected_step(self) -> float:
        """Planned seconds of the current stage's first step: one step of denoising, the whole of any other stage.
        0 without a plan and once the stage has measured a step."""
        if self._stage is None or self._first >= 0:
            return 0.0
        return self._planned.get(self._stage, 0.0) / (self._steps if self._stage == "denoise" else 1)

    def plan(self, stages: Mapping[Stage, float]) -> None:
        self._planned = stages

    def enter(self, stage: Stage) -> float | None:
        """A stage begins; returns the seconds left, or None if unknown."""
        self._stage = stage
        self._since = self._step_since = time.monotonic()
        self._first = -1
        return self._later(stage, including=True)

    def advance(self, done: int, of: int) -> float | None:
        """``done`` of ``of`` steps or frames of this stage are done; returns the seconds left, or None if unknown."""
        if done == 0:
            return self._later(self._stage, including=True)
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
