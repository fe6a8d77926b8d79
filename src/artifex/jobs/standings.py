"""Whether this machine can run each model, cached until the hardware, measurements or models change."""

import threading
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from artifex.catalog.execution import QUANTISED
from artifex.catalog.ladder import compromises, quantised
from artifex.catalog.plan import Plan, block_count
from artifex.catalog.spec import ModelSpec
from artifex.errors import ArtifexError
from artifex.jobs.own_clip import own_clip
from artifex.jobs.planner import Outlook, Planner
from artifex.recipe import Recipe
from artifex.settings import Settings

Fits = Literal["yes", "tight", "no"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a model's default clip fits this machine if nothing else uses its memory.

    ``tight``: it fits only at reduced quality or by reading weights from disk at every step.
    """

    fits: Fits
    plan: Plan


class Standings:
    """Caches the standing of each model. Thread-safe."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._known: dict[str, tuple[Hashable, Standing | None]] = {}
        self._turn = threading.Lock()

    def of(self, specs: Iterable[ModelSpec]) -> dict[str, Standing | None]:
        """Standings by model name; None if one cannot be planned, such as for damaged files."""
        specs = tuple(specs)
        here = Planner(self._settings).outlook(specs[0]).emptied()
        with self._turn:
            return {spec.name: self._known_or_found(replace(here, spec=spec)) for spec in specs}

    def _known_or_found(self, outlook: Outlook) -> Standing | None:
        spec, signature = outlook.spec, (outlook.spec, tuple(sorted(outlook.rates.costs.items())), _fixed(outlook))
        known = self._known.get(spec.name)
        if known is None or known[0] != signature:
            known = self._known[spec.name] = (signature, _standing(outlook))
        return known[1]


def _fixed(outlook: Outlook) -> Hashable:
    """The properties of a machine that do not change while it runs."""
    machine = outlook.machine
    return machine.ram_total, machine.torch, tuple((card.name, card.memory_total) for card in machine.accelerators)


def _standing(outlook: Outlook) -> Standing | None:
    try:
        recipe = own_clip(outlook.spec)
        plan = outlook.plan(recipe)
        if outlook.shortage(plan) is None:
            return Standing("tight" if _gives_way(plan, recipe, outlook) else "yes", plan)
        rounded = outlook.plan(quantised(recipe, QUANTISED[0]))
    except ArtifexError:
        return None
    return Standing("tight", rounded) if outlook.shortage(rounded) is None else Standing("no", plan)


def _gives_way(plan: Plan, recipe: Recipe, outlook: Outlook) -> bool:
    reads = plan.host_blocks is not None and plan.host_blocks < block_count(outlook.spec)
    return reads or any(rung != "by-frame" for rung in compromises(plan, recipe.accuracy))
