"""Makes clips in this process, so that the same command given again loses nothing."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from artifex.catalog.plan import Plan, make_plan, place, shortage
from artifex.catalog.registry import find_model
from artifex.errors import ArtifexError, BadInput, DoesNotFit, NotWritable
from artifex.files import require_writable, sweep
from artifex.jobs.clock import StageClock
from artifex.jobs.job import Job, begin, job_id, kept_recipe
from artifex.jobs.measurements import StageTimes, read_rates, record, tidy
from artifex.jobs.report import Report
from artifex.jobs.resident import ResidentModels
from artifex.jobs.work.generate import Clip, generate
from artifex.machine import this_machine
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

    def plan(self, recipe: Recipe) -> Plan:
        """How this machine would make the recipe, and what it would take."""
        machine = this_machine()
        rates = read_rates(self.settings.measurements, machine, place(machine)[0])
        return make_plan(find_model(recipe.model.name), recipe, machine, rates)

    def make(self, order: Order, report: Report) -> Made:
        """Make one clip, going on where an earlier process given the same order was stopped.

        Raises BadInput, CannotRun, or Interrupted with everything kept for the next call.
        """
        _check_output(order.output)
        key = job_id(order.recipe, order.seed_was_given, order.output, order.codec)
        with claim(self.settings.jobs, key) as folder:
            if (clip := _finished(folder, order)) is not None:
                tidy(self.settings.measurements)
                folder.remove()
                return Made(clip, "finished")
            if order.output.exists() and not order.overwrite:
                raise BadInput(f"{order.output} exists already; choose another name with -o, or add --overwrite.")
            plan = self.plan(order.recipe)
            self._require_room(plan, order.output)
            return self._make(begin(folder, order.recipe, order.output, order.codec), plan, report)

    def _make(self, begun: tuple[Job, bool], plan: Plan, report: Report) -> Made:
        job, resumed = begun
        sweep(job.output.parent, job.output.name)
        sweep(job.output.parent, job.sidecar.name)
        clock = StageClock(report)
        if self.models.empty:
            clock.count_process_start()
        clip = generate(job, plan, self.models, self.blobs, self.settings.clips, clock, report)
        times = clip.times.without("denoise") if resumed else clip.times
        record(self.settings.measurements, this_machine(), plan, times)
        job.folder.remove()  # last of all: until then the same command finds the clip finished
        return Made(clip, "resumed" if resumed else "new")

    def _require_room(self, plan: Plan, output: Path) -> None:
        lacking = shortage(plan, this_machine(), shutil.disk_usage(output.parent).free)
        if lacking is not None:
            raise DoesNotFit(lacking)


def _check_output(output: Path) -> None:
    if not output.parent.is_dir():
        raise NotWritable(f"There is no folder {output.parent}; make it first, or choose another place with -o.")
    if output.exists() and not output.is_file() and not output.is_dir():
        raise BadInput(f"{output} is not an ordinary file; choose another name with -o.")
    require_writable(output)


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
        done = text is not None and parse_recipe(text) == recipe
    except ArtifexError:
        done = False
    return Clip(order.output, recipe, StageTimes({}, peak_ram=0)) if done else None


def _recipe_of(folder: JobFolder, order: Order) -> Recipe | None:
    """The recipe of an order before it is begun; None when only beginning it will tell the seed."""
    if (kept := kept_recipe(folder)) is not None:
        return kept
    return order.recipe if order.seed_was_given and not order.overwrite else None
