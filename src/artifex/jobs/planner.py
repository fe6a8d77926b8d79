"""Plans for this machine: how a recipe would be made here, and what has to give so that it fits."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from artifex.catalog.compose import shrunk
from artifex.catalog.ladder import apply_rungs, compromises
from artifex.catalog.plan import Budget, Plan, block_count, make_plan, place, planned, shortage
from artifex.catalog.registry import find_model
from artifex.catalog.spec import ModelSpec
from artifex.errors import DoesNotFit
from artifex.jobs.measurements import read_rates
from artifex.machine import this_machine
from artifex.recipe import Recipe
from artifex.settings import Settings


@dataclass(frozen=True, slots=True)
class Fitting:
    """A recipe, with all that gave way for it among its rungs, and its plan."""

    recipe: Recipe
    plan: Plan


@dataclass(frozen=True, slots=True)
class Planner:
    """Knows this machine, and what it measured of itself."""

    settings: Settings

    def spec(self, recipe: Recipe) -> ModelSpec:
        """The recipe's model. Raises UnknownName."""
        return find_model(recipe.model.name, self.settings.models)

    def plan(self, recipe: Recipe, budget: Budget | None = None) -> Plan:
        """How this machine would make the recipe, its rungs taken, and what that would take."""
        machine, spec = this_machine(), self.spec(recipe)
        rates = read_rates(self.settings.measurements, machine, place(machine)[0])
        plan = make_plan(spec, recipe, machine, rates, budget)
        if not recipe.rungs:
            return plan
        return planned(spec, recipe, rates, apply_rungs(plan, recipe.rungs, block_count(spec)))

    def fit(self, recipe: Recipe, budget: Budget, folder: Path, *, may_shrink: bool) -> Fitting:
        """A plan that fits the machine and the budget now; of a smaller clip, where that is agreed to.

        ``folder`` is where the clip will be written. Raises DoesNotFit.
        """
        while True:
            plan = self.plan(recipe, budget)
            lacking = shortage(plan, this_machine(), shutil.disk_usage(folder).free, budget)
            if lacking is None:
                return Fitting(_with_rungs(recipe, compromises(plan, recipe.accuracy)), plan)
            smaller = shrunk(self.spec(recipe), recipe) if may_shrink else None
            if smaller is None:
                raise DoesNotFit(lacking)
            recipe = smaller


def _with_rungs(recipe: Recipe, names: tuple[str, ...]) -> Recipe:
    return replace(recipe, rungs=(*recipe.rungs, *(name for name in names if name not in recipe.rungs)))
