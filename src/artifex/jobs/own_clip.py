"""The clip that a model makes when nobody asks for anything in particular: what it is judged by before it is used."""

from artifex.catalog import compose as composing
from artifex.catalog.compose import Wishes, roles
from artifex.catalog.presets import Values
from artifex.catalog.spec import ModelSpec
from artifex.recipe import ModelLock, Recipe, Reference

_PROMPT = "a boat sails down a river"
_NOTHING = "0" * 64
"""Stands for the content of references, on which neither memory nor time depends."""


def own_clip(spec: ModelSpec, values: Values | None = None, lock: ModelLock | None = None) -> Recipe:
    """The recipe of the first of a model's tasks, with nothing given but ``values`` and what it cannot do without.

    Raises BadInput for values that the model does not take.
    """
    references = tuple(Reference(group[0], _NOTHING) for group in roles(spec, spec.tasks[0]).needed)
    wishes = Wishes(_PROMPT, values or Values(), references)
    return composing.compose(spec, lock or ModelLock(spec.name, ()), wishes, seed=0)
