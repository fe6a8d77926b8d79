"""Finds every model there is: each family folder's ``spec.py`` lists its checkpoints."""

import difflib
import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from types import MappingProxyType
from typing import TYPE_CHECKING

import artifex.catalog
from artifex.catalog.plan import Plan
from artifex.catalog.spec import ModelSpec
from artifex.errors import UnknownName

if TYPE_CHECKING:
    from artifex.catalog.contract import VideoModel


@cache
def models() -> Mapping[str, ModelSpec]:
    """All known models by name, in order of name."""
    found: dict[str, ModelSpec] = {}
    for folder in pkgutil.iter_modules(artifex.catalog.__path__, "artifex.catalog."):
        if folder.ispkg and find_spec(f"{folder.name}.spec") is not None:
            checkpoints: tuple[ModelSpec, ...] = importlib.import_module(f"{folder.name}.spec").CHECKPOINTS
            found.update((spec.name, spec) for spec in checkpoints)
    return MappingProxyType(dict(sorted(found.items())))


def find_model(name: str) -> ModelSpec:
    """The model called ``name``. Raises UnknownName with the nearest names."""
    known = models()
    if name in known:
        return known[name]
    close = difflib.get_close_matches(name, known, 1)
    hint = f"did you mean {close[0]}?" if close else f"this machine has: {', '.join(known)}."
    raise UnknownName(f"There is no model {name[:60]!r}; {hint}")


def load_model(spec: ModelSpec, plan: Plan) -> "VideoModel":
    """Load a model as the plan says. The first call that imports torch. Raises WeightsDamaged."""
    family = importlib.import_module(f"artifex.catalog.{spec.family}.model")
    return family.load(spec, plan)
