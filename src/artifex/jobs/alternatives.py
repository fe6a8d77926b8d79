"""Changes to a clip that make it fit the machine, or make it sooner, and what each change costs.

All figures come from plans: each change is planned as a recipe of its own, and left out if it gains nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from artifex.catalog.compose import check, shrunk
from artifex.catalog.ladder import quantised
from artifex.catalog.plan import Plan
from artifex.catalog.presets import LEVELS, level
from artifex.errors import BadInput
from artifex.jobs.planner import Outlook
from artifex.recipe import Accuracy, Recipe
from artifex.units import PixelSize

_SHARES = (2 / 3, 1 / 3)
"""Shorter lengths that are offered, as fractions of the clip's."""
_NOTICEABLE = 0.99
"""Ratio of new to old seconds or memory from which a change counts as no gain."""
_SAME_SHAPE = 1.1
"""The largest ratio of two aspect ratios that count as the same shape."""
_BITS = 8

Cost = Mapping[str, Any]
"""A ``code`` and the figures that go with it."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """A clip that could be made instead of the requested one."""

    name: str
    changes: Mapping[str, Any]
    """Fields of a request, by their API names."""
    costs: tuple[Cost, ...]
    recipe: Recipe
    plan: Plan
    shortage: str | None
    """Why it does not fit either; None if it fits."""

    @property
    def fits(self) -> bool:
        return self.shortage is None


@dataclass(frozen=True, slots=True)
class _Idea:
    """A change that has not been planned yet."""

    name: str
    changes: Mapping[str, Any]
    recipe: Recipe
    cost: Cost | None = None
    """The cost of the change itself; compromises of its plan are added when it is planned."""


def alternatives(recipe: Recipe, plan: Plan, outlook: Outlook) -> list[Alternative]:
    """Alternatives worth choosing, those that keep quality first; if ``plan`` does not fit, fitting ones come first."""
    trial = _Trial(recipe, plan, outlook)
    found = [
        *trial.worthwhile(_shorter(trial)),
        *trial.worthwhile(_rounded(trial)),
        *trial.worthwhile(_other_accuracies(trial)),
        *trial.worthwhile(_fewer_steps(trial)),
        *trial.worthwhile(_smaller(trial)),
    ]
    return found if trial.fits else sorted(found, key=lambda one: not one.fits)


class _Trial:
    """Plans changes of one recipe on one machine."""

    def __init__(self, recipe: Recipe, plan: Plan, outlook: Outlook) -> None:
        self.recipe, self.plan, self.outlook = recipe, plan, outlook
        self.fits = outlook.shortage(plan) is None
        self._own = _figures(plan)
        self._seen: set[object] = set()

    def attempt(self, idea: _Idea) -> Alternative:
        """Plan a change. Raises BadInput if the model does not take it."""
        check(self.outlook.spec, idea.recipe)
        plan = self.outlook.plan(idea.recipe)
        own = () if idea.cost is None else (idea.cost,)
        costs = (*own, *_given_up(self.plan, plan))
        return Alternative(idea.name, idea.changes, costs, idea.recipe, plan, self.outlook.shortage(plan))

    def fitting(self, recipe: Recipe) -> bool:
        return self.outlook.shortage(self.outlook.plan(recipe)) is None

    def worthwhile(self, ideas: Iterator[_Idea]) -> Iterator[Alternative]:
        """The changes that the model takes and that gain something; skips duplicates by figures and costs."""
        for idea in ideas:
            try:
                one = self.attempt(idea)
            except BadInput:
                continue
            figures = _figures(one.plan)
            key = (figures, repr(one.costs))
            better = one.fits > self.fits or (one.fits == self.fits and _is_less(figures, self._own))
            if better and key not in self._seen:
                self._seen.add(key)
                yield one


def _shorter(trial: _Trial) -> Iterator[_Idea]:
    """Two thirds and one third of the length; if the clip does not fit, the longest that does."""
    recipe, spec = trial.recipe, trial.outlook.spec
    speech = recipe.speech
    if speech is not None and speech.compat:
        return  # its length is that of the voice
    step, first = (spec.limits.temporal, 1) if speech is None else (speech.segment_frames, 0)
    groups = (recipe.frame_count - first) // step

    def of(count: int) -> Recipe:
        return replace(recipe, frame_count=count * step + first)

    counts = [round(groups * share) for share in _SHARES]
    if not trial.fits:
        counts = [_longest(groups, lambda count: trial.fitting(of(count)))]
    for count in counts:
        if 0 < count < groups:
            made = of(count)
            cost = {"code": "shorter", "from": recipe.frame_count, "to": made.frame_count}
            yield _Idea(f"frames-{made.frame_count}", {"frames": made.frame_count}, made, cost)


def _longest(groups: int, fits: Callable[[int], bool]) -> int:
    """The largest number of frame groups that fits; 0 if none do."""
    if not fits(1):
        return 0
    low, high = 1, groups
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def _other_accuracies(trial: _Trial) -> Iterator[_Idea]:
    """Lower accuracies; their plans tell what they cost."""
    order: tuple[Accuracy, ...] = ("exact", "high", "fast")
    for accuracy in order[order.index(trial.recipe.accuracy) + 1 :]:
        yield _Idea(f"accuracy-{accuracy}", {"accuracy": accuracy}, replace(trial.recipe, accuracy=accuracy))


def _rounded(trial: _Trial) -> Iterator[_Idea]:
    """int8 weights: the quantisation that every machine can compute with, and the one with the smallest error."""
    if trial.plan.quantisation == "none":
        cost = {"code": "slower_on_processor"} if trial.plan.device == "cpu" else None
        yield _Idea("quantise-int8", {"quantise": "int8"}, quantised(trial.recipe, "int8"), cost)


def _fewer_steps(trial: _Trial) -> Iterator[_Idea]:
    """The step counts of lower quality levels, at most two."""
    recipe = trial.recipe
    steps = sorted({level(name, trial.outlook.spec).steps or 0 for name in LEVELS}, reverse=True)
    for count in [count for count in steps if 0 < count < recipe.steps][:2]:
        cost = {"code": "fewer_steps", "from": recipe.steps, "to": count}
        yield _Idea(f"steps-{count}", {"steps": count}, replace(recipe, steps=count), cost)


def _smaller(trial: _Trial) -> Iterator[_Idea]:
    """Smaller trained sizes of the same shape; if none fits, the largest size by shrinking that does."""
    trained = [replace(trial.recipe, width=size.width, height=size.height) for size in _trained_sizes(trial)]
    for recipe in trained:
        yield _resized(trial.recipe, recipe)
    if trained and (trial.fits or any(map(trial.fitting, trained))):
        return
    recipe = shrunk(trial.outlook.spec, trial.recipe)
    while recipe is not None and not (trial.fits or trial.fitting(recipe)):
        recipe = shrunk(trial.outlook.spec, recipe)
    if recipe is not None:
        yield _resized(trial.recipe, replace(recipe, rungs=trial.recipe.rungs))


def _trained_sizes(trial: _Trial) -> Iterator[PixelSize]:
    spec, wide = trial.outlook.spec, trial.recipe.width >= trial.recipe.height
    shape = trial.recipe.width / trial.recipe.height
    for size in sorted({spec.defaults.size, *spec.sizes}, key=lambda one: -one.area):
        turned = size if wide else PixelSize(size.height, size.width)
        ratio = turned.width / turned.height / shape
        if turned.area < trial.recipe.width * trial.recipe.height and max(ratio, 1 / ratio) < _SAME_SHAPE:
            yield turned


def _resized(before: Recipe, after: Recipe) -> _Idea:
    size, old = f"{after.width}x{after.height}", f"{before.width}x{before.height}"
    return _Idea(f"size-{size}", {"size": size}, after, {"code": "smaller_picture", "from": old, "to": size})


def _given_up(before: Plan, after: Plan) -> Iterator[Cost]:
    """Compromises in quality of ``after`` that ``before`` did not make."""
    if after.quantisation not in ("none", before.quantisation):
        yield {"code": "weights_rounded", "bits": _BITS, "kind": after.quantisation}
    if after.device != "cpu" and after.decode_dtype != "float32" and before.decode_dtype == "float32":
        yield {"code": "decoded_in_16_bits"}
    if after.vae_tile is not None and (before.vae_tile is None or after.vae_tile < before.vae_tile):
        yield {"code": "decoded_in_tiles", "cells": after.vae_tile}


def _figures(plan: Plan) -> tuple[float, int, int]:
    needs = plan.prediction
    return round(needs.seconds, 3), needs.vram, needs.ram


def _is_less(figures: tuple[float, ...], than: tuple[float, ...]) -> bool:
    return any(one < other * _NOTICEABLE for one, other in zip(figures, than, strict=True))
