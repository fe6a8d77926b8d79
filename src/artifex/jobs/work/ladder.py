"""Handles running out of memory: retries a clip from its last checkpoint with one more compromise each time."""

import gc
import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace

from artifex.catalog.compose import shrunk
from artifex.catalog.ladder import next_rung
from artifex.catalog.plan import Plan, block_count
from artifex.catalog.spec import ModelSpec
from artifex.errors import OutOfMemory
from artifex.jobs.clock import StageClock
from artifex.jobs.job import Job
from artifex.jobs.report import Report
from artifex.jobs.work.generate import Clip
from artifex.recipe import Recipe

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ladder:
    """The compromises (rungs) to make when memory runs out."""

    spec: ModelSpec
    plan_for: Callable[[Recipe], Plan]
    """The plan of a recipe, with its rungs applied."""
    may_shrink: bool
    """Whether the user accepts a smaller clip."""

    def descend(
        self, job: Job, plan: Plan, make: Callable[[Job, Plan], Clip], clock: StageClock, report: Report
    ) -> Clip:
        """Make the clip, one rung lower each time memory runs out.

        Every rung is logged, reported, and recorded in the recipe of the job and the clip. Raises OutOfMemory when no
        rung is left.
        """
        while True:
            try:
                return make(job, plan)
            except OutOfMemory as shortage:
                lower = self._lower(job, plan, decoding=clock.stage == "decode")
                if lower is None:
                    raise
                _log.warning("%s Going on with: %s.", shortage.message, lower[0].recipe.rungs[-1])
                _forget(shortage)
            job, plan = lower
            report.gave_way(job.recipe.rungs[-1])

    def _lower(self, job: Job, plan: Plan, *, decoding: bool) -> tuple[Job, Plan] | None:
        recipe = job.recipe
        step = next_rung(plan, block_count(self.spec), decoding=decoding, quantise="int8")
        if step is not None:
            name, lower = step
            return job.made_from(replace(recipe, rungs=(*recipe.rungs, name))), lower
        smaller = shrunk(self.spec, recipe) if self.may_shrink else None
        if smaller is None:
            return None
        job.forget_checkpoint()  # useless at another size
        return job.made_from(smaller), self.plan_for(smaller)


def _forget(error: BaseException | None) -> None:
    """Free what the stack frames of a failed attempt hold, because the next one needs the same memory."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__context__
    gc.collect()
