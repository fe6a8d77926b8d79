"""The steps common to all clips: checks, a plan that fits, the ladder of compromises, and a measurement."""

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
    """The budget of a clip, and whether it may shrink if memory is short."""

    budget: Budget = Budget()  # noqa: RUF009 (immutable)
    may_shrink: bool = False


@dataclass(frozen=True, slots=True)
class ClipMaker:
    """Makes clips on this machine; ``posters`` is the folder for their pictures, by recipe hash."""

    settings: Settings
    models: ResidentModels
    blobs: Blobs
    posters: Path
    opener: Opener = Here()  # noqa: RUF009 (immutable)
    """Opens the media that clips are made from."""
    from_start: bool = False
    """Whether the process was started for this clip, so that its start counts towards the clip's time."""

    @property
    def planner(self) -> Planner:
        return Planner(self.settings)

    def check(self, recipe: Recipe) -> None:
        """Check model and LoRAs. Raises NotInstalled, WeightsDamaged, BadInput."""
        spec = self.planner.spec(recipe)
        require_folder(spec)
        if recipe.loras:
            check_loras(spec, [(lora, self.blobs.path(lora.sha256)) for lora in recipe.loras])

    def check_references(self, recipe: Recipe) -> None:
        """Require the referenced media before a model is loaded. Raises BadReference."""
        for reference in recipe.references:
            self.blobs.path(reference.sha256)

    def make(self, job: Job, fitting: Fitting, terms: Terms, report: Report, *, resumed: bool) -> Clip:
        """Make the clip as planned, resuming from the job's checkpoint, and record its times.

        Raises BadInput, CannotRun, or Interrupted, which keeps everything for the next attempt.
        """
        if job.recipe != fitting.recipe:  # less memory is free than when the job began
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
        if clip.recipe.rungs == job.recipe.rungs:  # not if it took several attempts
            # Step caches and sparse attention save an unpredictable share of the steps' time.
            partly = resumed or any(clip.recipe.step_cache) or clip.recipe.attention_density < 1
            times = clip.times.without("denoise") if partly else clip.times
            record(self.settings.measurements, this_machine(), fitting.plan, times)
        return clip
