"""Plans for this machine: how a recipe would be made here, and what has to give so that it fits."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from artifex.catalog.compose import shrunk
from artifex.catalog.execution import Experts
from artifex.catalog.gpus import counts
from artifex.catalog.ladder import apply_rungs, compromises
from artifex.catalog.plan import Budget, Plan, block_count, make_plan, place, planned, shares_passes, shortage
from artifex.catalog.rates import Rates
from artifex.catalog.registry import find_model
from artifex.catalog.spec import ModelSpec
from artifex.errors import DoesNotFit
from artifex.jobs.measurements import read_rates
from artifex.machine import Machine, this_machine
from artifex.recipe import Recipe
from artifex.settings import Settings


@dataclass(frozen=True, slots=True)
class Fitting:
    """A recipe, with all that gave way for it among its rungs, and its plan."""

    recipe: Recipe
    plan: Plan


@dataclass(frozen=True, slots=True)
class Outlook:
    """All that plans of one model rest on, found once: for whoever makes many of them, or asks what would be."""

    spec: ModelSpec
    machine: Machine
    rates: Rates
    disk_free: int
    """Bytes, where clips are written."""

    def plan(self, recipe: Recipe, budget: Budget | None = None) -> Plan:
        """How the machine would make the recipe, its rungs taken, and what that would take. Raises WeightsDamaged."""
        plan = make_plan(self.spec, recipe, self.machine, self.rates, budget)
        if not recipe.rungs:
            return plan
        return planned(self.spec, recipe, self.rates, apply_rungs(plan, recipe.rungs, block_count(self.spec)))

    def shortage(self, plan: Plan, budget: Budget | None = None) -> str | None:
        """Why a plan does not fit; None when it does."""
        return shortage(plan, self.machine, self.disk_free, budget)

    def emptied(self) -> "Outlook":
        """The same as if nothing else ran on the machine: what is in use now may be our own models."""
        cards = tuple(replace(card, memory_free=card.memory_total) for card in self.machine.accelerators)
        return replace(self, machine=replace(self.machine, ram_available=self.machine.ram_total, accelerators=cards))


@dataclass(frozen=True, slots=True)
class Planner:
    """Knows this machine, and what it measured of itself."""

    settings: Settings

    def spec(self, recipe: Recipe) -> ModelSpec:
        """The recipe's model. Raises UnknownName."""
        return self.named(recipe.model.name)

    def named(self, name: str) -> ModelSpec:
        """Raises UnknownName."""
        return find_model(name, self.settings.models)

    def outlook(self, spec: ModelSpec, folder: Path | None = None) -> Outlook:
        """What this machine has now for clips written to ``folder``, or to the library."""
        machine = this_machine()
        rates = read_rates(self.settings.measurements, machine, place(machine)[0])
        return Outlook(spec, machine, rates, _disk_free(folder or self.settings.home))

    def plan(self, recipe: Recipe, budget: Budget | None = None) -> Plan:
        """How this machine would make the recipe, its rungs taken, and what that would take."""
        return self.outlook(self.spec(recipe)).plan(recipe, budget)

    def whole_machine(self, recipe: Recipe, folder: Path, experts: Experts = "both") -> Budget:
        """All GPUs that this process may use, as far as they can make the recipe together; for a worker's slot, which
        may have one expert only.

        ``folder`` is where the clip will be written. Raises WeightsDamaged.
        """
        outlook = self.outlook(self.spec(recipe), folder)
        there = len(outlook.machine.usable_accelerators)
        for gpus in reversed(counts(shares_passes(outlook.spec), there)):
            budget = Budget(gpus=gpus, experts=experts)
            if gpus > 1 and outlook.shortage(outlook.plan(recipe, budget), budget) is None:
                return budget
        return Budget(experts=experts)

    def fit(self, recipe: Recipe, budget: Budget, folder: Path, *, may_shrink: bool) -> Fitting:
        """A plan that fits the machine and the budget now; of a smaller clip, where that is agreed to.

        ``folder`` is where the clip will be written. Raises DoesNotFit.
        """
        while True:
            outlook = self.outlook(self.spec(recipe), folder)
            plan = outlook.plan(recipe, budget)
            lacking = outlook.shortage(plan, budget)
            if lacking is None:
                return Fitting(_with_rungs(recipe, compromises(plan, recipe.accuracy)), plan)
            smaller = shrunk(outlook.spec, recipe) if may_shrink else None
            if smaller is None:
                raise DoesNotFit(lacking)
            recipe = smaller


def _with_rungs(recipe: Recipe, names: tuple[str, ...]) -> Recipe:
    return replace(recipe, rungs=(*recipe.rungs, *(name for name in names if name not in recipe.rungs)))


def _disk_free(folder: Path) -> int:
    """Of the disk that a folder is on, or will be on when it is made."""
    there = next(place for place in (folder, *folder.parents) if place.is_dir())
    return shutil.disk_usage(there).free
