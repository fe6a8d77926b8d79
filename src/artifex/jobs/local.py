"""Makes clips in this process, so that the same command given again loses nothing."""

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
from artifex.store.folders import JobFolder, claim

Began = Literal["new", "resumed", "finished"]


@dataclass(frozen=True, slots=True)
class Order:
    """One clip as somebody asked for it. ``recipe.seed`` was drawn for them if they gave none."""

    recipe: Recipe
    seed_was_given: bool
    output: Path
    codec: str
    overwrite: bool = False
    budget: Budget = Budget()  # noqa: RUF009 (immutable)
    may_shrink: bool = False
    """Whether a smaller clip is better than none, where memory is short."""


@dataclass(frozen=True, slots=True)
class Made:
    """The clip, and whether this process began it, went on with it, or found it finished."""

    clip: Clip
    began: Began


@dataclass(frozen=True, slots=True)
class LocalStudio:
    """The parts a clip needs on this machine."""

    settings: Settings
    models: ResidentModels
    blobs: Blobs

    def plan(self, recipe: Recipe, budget: Budget | None = None) -> Plan:
        """How this machine would make the recipe, and what it would take."""
        return self._planner.plan(recipe, budget)

    def check(self, order: Order) -> None:
        """Find out whether a clip may go where it is ordered to, before any of a sweep is made.

        Raises BadInput, NotWritable.
        """
        _check_output(order)
        folder = JobFolder(self.settings.jobs / _key(order))
        if _finished(folder, order) is not None:
            return
        _require_free(order.output, order)
        if kept_recipe(folder) is None:  # else an earlier process may have been stopped between recipe and clip
            _require_free(sidecar_of(order.output), order)

    def make(self, order: Order, report: Report) -> Made:
        """Make one clip, going on where an earlier process given the same order was stopped.

        Raises BadInput, CannotRun, or Interrupted with everything kept for the next call.
        """
        maker = ClipMaker(self.settings, self.models, self.blobs, self.settings.clips, from_start=True)
        maker.check(order.recipe)
        _check_output(order)
        with claim(self.settings.jobs, _key(order)) as folder:
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
            folder.remove()  # last of all: until then the same command finds the clip finished
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
    """The clip, when it is there already and made from the very recipe that is asked for.

    An earlier process may have published it and been killed before it could say so, or it is one of a sweep
    that was interrupted at a later one.
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
    """The recipe of an order before it is begun; None when only beginning it will tell the seed."""
    if (kept := kept_recipe(folder)) is not None:
        return kept
    return order.recipe if order.seed_was_given and not order.overwrite else None
