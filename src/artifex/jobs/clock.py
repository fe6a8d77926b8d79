"""Times the stages of one job."""

import time
from dataclasses import dataclass, field

from artifex.errors import Interrupted
from artifex.jobs.measurements import StageTimes
from artifex.jobs.report import Report, Stage
from artifex.machine import peak_memory, process_age


@dataclass(slots=True)
class StageClock:
    """Each stage ends where the next begins; a job can be stopped when it enters a stage."""

    report: Report
    _seconds: dict[Stage, float] = field(default_factory=dict[Stage, float])
    stage: Stage | None = None
    """The current stage."""
    _since: float = 0.0

    def count_process_start(self) -> None:
        """Count the time since the process started as the stage ``start``."""
        self._seconds["start"] = process_age()

    def enter(self, stage: Stage) -> None:
        """Raises Interrupted when the report asks to stop."""
        self._close()
        if self.report.stopping():
            raise Interrupted("Stopped.")
        self.stage = stage
        self.report.stage(stage)

    def finish(self, peak_vram: int) -> StageTimes:
        """End the last stage; ``peak_vram`` in bytes."""
        self._close()
        return StageTimes(dict(self._seconds), peak_ram=peak_memory(), peak_vram=peak_vram)

    def _close(self) -> None:
        now = time.perf_counter()
        if self.stage is not None:
            self._seconds[self.stage] = now - self._since
        self._since = now
