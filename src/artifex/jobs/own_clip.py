"""A model's default clip, by which plans judge whether the model runs on a machine."""

from artifex.catalog import compose as composing
from artifex.catalog.compose import Wishes, roles
from artifex.catalog.presets import Values
from artifex.catalog.spec import ModelSpec
from artifex.recipe import ModelLock, Recipe, Reference

_PROMPT = "a boat sails down a river"
_NOTHING = "0" * 64
"""A placeholder hash for references, whose content affects neither memory nor time."""


def own_clip(spec: ModelSpec, values: Values | None = None, lock: ModelLock | None = None) -> Recipe:
    """The default recipe of the model's first task, with ``values`` and placeholders for required references.

    Raises BadInput for values that the model does not take.
    """
    references = tuple(Reference(group[0], _NOTHING) for group in roles(spec, spec.tasks[0]).needed)
    wishes = Wishes(_PROMPT, values or Values(), references)
    return composing.compose(spec, lock or ModelLock(spec.name, ()), wishes, seed=0)
