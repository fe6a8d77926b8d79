"""What every clip goes through, whoever asked for it: checks, a plan that fits, the ladder, and a measurement."""

from dataclasses import dataclass
from pathlib import Path

from artifex.catalog.manifest import require_folder
from artifex.catalog.plan import Budget, Plan
from artifex.catalog.registry import check_loras
from artifex.files import sweep
from artifex.jobs.clock import StageClock
from artifex.jobs.job import Job
from artifex.jobs.measurements import record
from artifex.jobs.planner import Fitting, Planner
from artifex.jobs.report import Report
from artifex.jobs.resident import ResidentModels
from artifex.jobs.work.generate import Clip, generate
from artifex.jobs.work.ladder import Ladder
from artifex.machine import this_machine
from artifex.media.opener import Here, Opener
from artifex.recipe import Recipe
from artifex.settings import Settings
from artifex.store.blobs import Blobs


@dataclass(frozen=True, slots=True)
class Terms:
    """What a clip may cost, and whether a smaller one is better than none, where memory is short."""

    budget: Budget = Budget()  # noqa: RUF009 (immutable)
    may_shrink: bool = False


@dataclass(frozen=True, slots=True)
class ClipMaker:
    """The parts a clip needs on this machine; ``posters`` is where its pictures go, by recipe hash."""

    settings: Settings
    models: ResidentModels
    blobs: Blobs
    posters: Path
    opener: Opener = Here()  # noqa: RUF009 (immutable)
    """Of the media that clips are made from."""
    from_start: bool = False
    """The process was started for this clip, so that its start is a part of what the clip takes."""

    @property
    def planner(self) -> Planner:
        return Planner(self.settings)

    def check(self, recipe: Recipe) -> None:
        """What can be wrong with model and LoRAs. Raises NotInstalled, WeightsDamaged, BadInput."""
        spec = self.planner.spec(recipe)
        require_folder(spec)
        if recipe.loras:
            check_loras(spec, [(lora, self.blobs.path(lora.sha256)) for lora in recipe.loras])

    def check_references(self, recipe: Recipe) -> None:
        """Look for the pictures and sounds before a model is loaded for them. Raises BadReference."""
        for reference in recipe.references:
            self.blobs.path(reference.sha256)

    def make(self, job: Job, fitting: Fitting, terms: Terms, report: Report, *, resumed: bool) -> Clip:
        """Make the clip as it fits now, going on from the job's checkpoint, and remember what it took.

        Raises BadInput, CannotRun, or Interrupted with everything kept for the next attempt.
        """
        if job.recipe != fitting.recipe:  # there is less memory now than when it was begun
            job = job.made_from(fitting.recipe)
        sweep(job.output.parent, job.output.name)
        sweep(job.output.parent, job.sidecar.name)
        clock = StageClock(report)
        if self.from_start and self.models.empty:
            clock.count_process_start()

        def attempt(job: Job, plan: Plan) -> Clip:
            return generate(job, plan, self.models, self.blobs, self.opener, self.posters, clock, report)

        planner = self.planner
        ladder = Ladder(planner.spec(job.recipe), lambda recipe: planner.plan(recipe, terms.budget), terms.may_shrink)
        clip = ladder.descend(job, fitting.plan, attempt, clock, report)
        if clip.recipe.rungs == job.recipe.rungs:  # a clip of several attempts says nothing about one
            # Nobody knows beforehand which steps a cache saves, nor how much slower kernels are that leave out blocks.
            partly = resumed or any(clip.recipe.step_cache) or clip.recipe.attention_density < 1
            times = clip.times.without("denoise") if partly else clip.times
            record(self.settings.measurements, this_machine(), fitting.plan, times)
        return clip
