"""Makes clips in this process; repeating an interrupted command resumes it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from artifex.catalog.plan import Budget, Plan
from artifex.errors import ArtifexError, BadInput
from artifex.jobs.job import begin, job_id, kept_recipe, sidecar_of
from artifex.jobs.measurements import StageTimes, tidy
from artifex.jobs.planner import Planner
from artifex.jobs.report import Report
from artifex.jobs.resident import ResidentModels
from artifex.jobs.work.generate import Clip
from artifex.jobs.work.making import ClipMaker, Terms
from artifex.media.codecs import PNG
from artifex.media.picture_sequence import SEQUENCE
from artifex.media.published_folder import require_replaceable
from artifex.media.recipe_tag import read_recipe_text
from artifex.recipe import Recipe, parse_recipe
from artifex.settings import Settings
from artifex.store.blobs import Blobs
from artifex.store.folders import JobFolder, claim, claim_output

Began = Literal["new", "resumed", "finished"]


@dataclass(frozen=True, slots=True)
class Order:
    """A request for one clip. ``recipe.seed`` is drawn if ``seed_was_given`` is False."""

    recipe: Recipe
    seed_was_given: bool
    output: Path
    codec: str
    overwrite: bool = False
    budget: Budget = Budget()  # noqa: RUF009 (immutable)
    may_shrink: bool = False
    """Whether to make a smaller clip if memory is short."""


@dataclass(frozen=True, slots=True)
class Made:
    """The clip, and whether this process began it, resumed it or found it finished."""

    clip: Clip
    began: Began


@dataclass(frozen=True, slots=True)
class LocalStudio:
    """Plans and makes clips on this machine."""

    settings: Settings
    models: ResidentModels
    blobs: Blobs

    def plan(self, recipe: Recipe, budget: Budget | None = None) -> Plan:
        """How this machine would make the recipe, and the predicted cost."""
        return self._planner.plan(recipe, budget)

    def check(self, order: Order) -> None:
        """Check that the output can be written, before any clip of a sweep is made.

        Raises BadInput, NotWritable.
        """
        _check_output(order)
        folder = JobFolder(self.settings.jobs / _key(order))
        if _finished(folder, order) is not None:
            return
        _require_free(order.output, order)
        if kept_recipe(folder) is None:  # else it may be left by a process that stopped before the clip
            _require_free(sidecar_of(order.output), order)

    def make(self, order: Order, report: Report) -> Made:
        """Make one clip, resuming where an earlier process with the same order stopped.

        Raises BadInput, CannotRun, or Interrupted, which keeps everything for the next call.
        """
        maker = ClipMaker(self.settings, self.models, self.blobs, self.settings.clips, from_start=True)
        maker.check(order.recipe)
        _check_output(order)
        jobs = self.settings.jobs
        with claim(jobs, _key(order)) as folder, claim_output(jobs, order.output):
            if (clip := _finished(folder, order)) is not None:
                tidy(self.settings.measurements)
                folder.remove()
                return Made(clip, "finished")
            _require_free(order.output, order)
            maker.check_references(order.recipe)
            kept = kept_recipe(folder) or order.recipe
            terms = Terms(order.budget, order.may_shrink)
            fitting = self._planner.fit(kept, order.budget, order.output.parent, may_shrink=order.may_shrink)
            job, resumed = begin(folder, fitting.recipe, order.output, order.codec)
            clip = maker.make(job, fitting, terms, report, resumed=resumed)
            folder.remove()  # last: until then, repeating the command finds the clip finished
            return Made(clip, "resumed" if resumed else "new")

    @property
    def _planner(self) -> Planner:
        return Planner(self.settings)


def _key(order: Order) -> str:
    return job_id(order.recipe, order.seed_was_given, order.output, order.codec)


def _require_free(path: Path, order: Order) -> None:
    if path.exists() and not order.overwrite:
        raise BadInput(f"{path} exists already; choose another name with -o, or add --overwrite.")


def _check_output(order: Order) -> None:
    require_replaceable(order.output, SEQUENCE if order.codec == PNG.name else None)
    require_replaceable(sidecar_of(order.output))


def _finished(folder: JobFolder, order: Order) -> Clip | None:
    """The clip, if it exists already and was made from the requested recipe; else None.

    It exists if an earlier process was killed after publishing it, or in a sweep that was interrupted at a later clip.
    """
    recipe = _recipe_of(folder, order)
    if recipe is None or not order.output.exists():
        return None
    try:
        text = read_recipe_text(order.output)
        made = None if text is None else parse_recipe(text)
        done = made is not None and made.identity == recipe.identity and set(recipe.rungs) <= set(made.rungs)
    except ArtifexError:
        done = False
    return Clip(order.output, recipe, StageTimes({}, peak_ram=0)) if done else None


def _recipe_of(folder: JobFolder, order: Order) -> Recipe | None:
    """The recipe that a finished clip of this order must have: that of an earlier process, or the order's own. None if
    there was no such process and the seed is newly drawn or the output is to be overwritten."""
    if (kept := kept_recipe(folder)) is not None:
        return kept
    return order.recipe if order.seed_was_given and not order.overwrite else None
