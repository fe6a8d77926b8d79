"""A clip is made even where memory runs out: from its last checkpoint, giving up something more each time."""

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
    """What may give when memory runs out while a clip is made."""

    spec: ModelSpec
    plan_for: Callable[[Recipe], Plan]
    """The plan of a recipe, its rungs taken."""
    may_shrink: bool
    """Whether a smaller clip is better than none; only its author can say so."""

    def descend(
        self, job: Job, plan: Plan, make: Callable[[Job, Plan], Clip], clock: StageClock, report: Report
    ) -> Clip:
        """Make the clip, one rung lower each time memory runs out.

        Every rung is in the log, told to ``report``, and in the recipe of the job and of the clip. Raises OutOfMemory
        when nothing is left to give.
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
        job.forget_checkpoint()  # of another size, it is of no use
        return job.made_from(smaller), self.plan_for(smaller)


def _forget(error: BaseException | None) -> None:
    """Let go of what the frames of a failed attempt hold: the next one has to load its model in the same memory."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__context__
    gc.collect()
