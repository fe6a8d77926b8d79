"""Plans for this machine: how a recipe would be made here, and which compromises make it fit."""

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
    """A recipe, with the compromises of its plan in its rungs, and the plan."""

    recipe: Recipe
    plan: Plan


@dataclass(frozen=True, slots=True)
class Outlook:
    """Everything that plans of one model depend on, gathered once to make many plans."""

    spec: ModelSpec
    machine: Machine
    rates: Rates
    disk_free: int
    """Free bytes where clips are written."""

    def plan(self, recipe: Recipe, budget: Budget | None = None) -> Plan:
        """How the machine would make the recipe, its rungs applied, and the predicted cost. Raises WeightsDamaged."""
        plan = make_plan(self.spec, recipe, self.machine, self.rates, budget)
        if not recipe.rungs:
            return plan
        return planned(self.spec, recipe, self.rates, apply_rungs(plan, recipe.rungs, block_count(self.spec)))

    def shortage(self, plan: Plan, budget: Budget | None = None) -> str | None:
        """Why a plan does not fit; None if it fits."""
        return shortage(plan, self.machine, self.disk_free, budget)

    def emptied(self) -> "Outlook":
        """The same with all memory free, because memory in use now may be held by our own models."""
        cards = tuple(replace(card, memory_free=card.memory_total) for card in self.machine.accelerators)
        return replace(self, machine=replace(self.machine, ram_available=self.machine.ram_total, accelerators=cards))


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans recipes by this machine's hardware and measurements."""

    settings: Settings

    def spec(self, recipe: Recipe) -> ModelSpec:
        """The recipe's model. Raises UnknownName."""
        return self.named(recipe.model.name)

    def named(self, name: str) -> ModelSpec:
        """Raises UnknownName."""
        return find_model(name, self.settings.models)

    def outlook(self, spec: ModelSpec, folder: Path | None = None) -> Outlook:
        """The machine's current state, for clips written to ``folder`` (None: to the library)."""
        machine = this_machine()
        rates = read_rates(self.settings.measurements, machine, place(machine)[0])
        return Outlook(spec, machine, rates, _disk_free(folder or self.settings.home))

    def plan(self, recipe: Recipe, budget: Budget | None = None) -> Plan:
        """How this machine would make the recipe, with its rungs applied, and the predicted cost."""
        return self.outlook(self.spec(recipe)).plan(recipe, budget)

    def whole_machine(self, recipe: Recipe, folder: Path, experts: Experts = "both") -> Budget:
        """A budget of as many of this process's GPUs as can make the recipe together; for a worker's slot, whose
        ``experts`` may be only one.

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
        """A plan that fits the machine and the budget now; with ``may_shrink``, of a smaller clip if need be.

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
    """Free bytes of the disk that holds the folder, or will when it is created."""
    there = next(place for place in (folder, *folder.parents) if place.is_dir())
    return shutil.disk_usage(there).free
