"""A worker job's report: passes its progress to the queue and stop requests to the job."""

import time
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from artifex.catalog.work import Stage
from artifex.jobs.queue import JobRow, Progress
from artifex.jobs.worker.forecast import Forecast
from artifex.jobs.worker.lease import Lease
from artifex.jobs.worker.teller import Teller
from artifex.media.preview import animated_webp

if TYPE_CHECKING:
    from artifex.catalog.contract import Frames, StepReport

PREVIEW_SECONDS = 2.0
"""Between two previews, so that decoding and storing them costs next to nothing."""

Why = Literal["cancel", "pause", "draft", "shutdown"]


class JobReport:
    """A :class:`artifex.jobs.work.task.TaskReport` of one attempt.

    ``keep_preview(picture)`` stores an animated WebP where clients find it; ``leaving()`` says whether the process is
    to end.
    """

    def __init__(
        self,
        lease: Lease,
        teller: Teller,
        keep_preview: Callable[[bytes], None],
        leaving: Callable[[], bool],
    ) -> None:
        self._lease, self._teller = lease, teller
        self._keep_preview, self._leaving = keep_preview, leaving
        self._job = lease.claim.job
        self._stage = "start"
        self._place = _first_place(self._job)
        self._forecast = Forecast(self._place[1])
        self._shown = -PREVIEW_SECONDS
        self._moved = time.monotonic()
        self._is_draft = False

    @property
    def idle(self) -> float:
        """Seconds since the job last made progress."""
        return time.monotonic() - self._moved

    @property
    def longest_step(self) -> float:
        return self._forecast.longest_step

    @property
    def expected_step(self) -> float:
        return self._forecast.expected_step

    def predicted(self, stages: Mapping[Stage, float]) -> None:
        self._forecast.plan(stages)

    def stage(self, name: Stage) -> None:
        self._stage = name
        self.moved()  # before the forecast forgets the limit of the previous stage
        self._tell(self._forecast.enter(name))

    def step(self, done: "StepReport", preview: "Callable[[], Frames]") -> None:
        step = done.segment * done.step_count + done.step
        self._place = step, done.segment_count * done.step_count
        stop_at = self._job.stop_at_step
        self._is_draft = stop_at is not None and stop_at <= step < self._place[1]
        eta = self._forecast.advance(*self._place)
        now = time.monotonic()
        if now - self._shown < PREVIEW_SECONDS and not self._is_draft:
            self._tell(eta)
            return
        self._shown = now
        self._tell(eta, self._drawing(preview(), step))

    def frames(self, done: int, of: int) -> None:
        self._place = done, of
        self._tell(self._forecast.advance(done, of))

    def amount(self, name: str, done: int, of: int) -> None:
        self._stage, self._place = name, (done, of)
        self._tell(self._forecast.advance(done, of))

    def moved(self) -> None:
        self._moved = time.monotonic()

    def gave_way(self, rung: str) -> None:
        self._tell(None)

    def stopping(self) -> bool:
        return self._lease.lost or self.why is not None

    @property
    def why(self) -> Why | None:
        """Why the job should stop, or None; a user's request takes precedence over a draft's end and a shutdown."""
        return self._lease.wanted() or ("draft" if self._is_draft else "shutdown" if self._leaving() else None)

    def _tell(self, eta: float | None, draw: Callable[[], str] | None = None) -> None:
        self.moved()
        self._teller.give(Progress(self._stage, *self._place, eta), draw)

    def _drawing(self, frames: "Frames", step: int) -> Callable[[], str]:
        """A function for the teller's thread that encodes and stores the preview and returns its version."""
        version = f"{self._job.attempt}-{step}"

        def draw() -> str:
            self._keep_preview(animated_webp(frames, _frame_rate(self._job.request, len(frames))))
            return version

        return draw


def _first_place(job: JobRow) -> tuple[int, int]:
    """Steps done by earlier attempts, and their total. An attempt that reached decoding left a count of frames in the
    row instead, which means that all steps are done."""
    steps = int(job.request["recipe"]["steps"]) if "recipe" in job.request else job.step_count
    if job.checkpoint is None:
        return 0, steps
    return (job.step, steps) if job.step_count == steps else (steps, steps)


def _frame_rate(request: Mapping[str, Any], count: int) -> Fraction:
    """The frame rate at which ``count`` preview frames last as long as the clip."""
    recipe = request["recipe"]
    return count * Fraction(recipe["frame_rate"]) / int(recipe["frame_count"])
