"""Times the stages of one job, and watches its memory."""

import time
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from artifex.errors import Interrupted
from artifex.jobs.measurements import StageTimes
from artifex.jobs.memory import MemoryMeter
from artifex.jobs.report import Report, Stage
from artifex.machine import process_age


@dataclass(slots=True)
class StageClock:
    """Each stage ends where the next begins; a job can be stopped when it enters a stage."""

    report: Report
    memory: MemoryMeter = field(default_factory=MemoryMeter)
    _seconds: dict[Stage, float] = field(default_factory=dict[Stage, float])
    stage: Stage | None = None
    """The current stage."""
    _since: float = 0.0
    _steps: list[tuple[float, int]] = field(default_factory=list[tuple[float, int]])
    """When denoising began, and of every step, when it was done and its number of passes."""

    def count_process_start(self) -> None:
        """Count the time since the process started as the stage ``start``."""
        self._seconds["start"] = process_age()

    def enter(self, stage: Stage) -> None:
        """Raises Interrupted when the report asks to stop."""
        self._close()
        if self.report.stopping():
            raise Interrupted("Stopped.")
        self.stage = stage
        if stage == "denoise":
            self._steps = [(self._since, 0)]
        self.report.stage(stage)

    def step(self, passes: int) -> None:
        """Note that a denoising step with so many network passes is done."""
        self._steps.append((time.perf_counter(), passes))

    def finish(self, peak_vram: int) -> StageTimes:
        """End the last stage; ``peak_vram`` in bytes."""
        self._close()
        return StageTimes(dict(self._seconds), self.memory.peak, peak_vram, self._warm_up)

    @property
    def _warm_up(self) -> float:
        """See `StageTimes`; other steps are those with as many passes as the first."""
        steps = [(done - begun, passes) for (begun, _), (done, passes) in pairwise(self._steps)]
        others = [seconds for seconds, passes in steps[1:] if passes == steps[0][1]]
        return max(0.0, steps[0][0] - median(others)) if others else 0.0

    def _close(self) -> None:
        now = time.perf_counter()
        if self.stage is not None:
            self._seconds[self.stage] = now - self._since
        self._since = now
