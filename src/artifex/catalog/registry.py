"""Finds all models: each family's ``spec.py`` lists its checkpoints, the shelf says which are installed."""

import difflib
import importlib
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import artifex.catalog
from artifex.catalog.manifest import require_folder
from artifex.catalog.plan import Plan
from artifex.catalog.shelf import Installed, Shelf, check_name
from artifex.catalog.spec import ModelSpec
from artifex.errors import BadInput, UnknownName
from artifex.recipe import Lora

if TYPE_CHECKING:
    from artifex.catalog.contract import VideoModel
    from artifex.engine.attention import Winners

DEFAULT_MODEL = "starter"
"""Comes with the package, so it is always there."""


@cache
def catalogue() -> Mapping[str, ModelSpec]:
    """The checkpoints that the families know, by name, in order of name."""
    found: dict[str, ModelSpec] = {}
    for family in _families("spec"):
        checkpoints: tuple[ModelSpec, ...] = importlib.import_module(f"{family}.spec").CHECKPOINTS
        found.update((spec.name, spec) for spec in checkpoints)
    return MappingProxyType(dict(sorted(found.items())))


def models(shelf: Path | None = None) -> Mapping[str, ModelSpec]:
    """All known models by name, in order of name; ``folder`` is filled in for those installed on ``shelf``.

    ``shelf`` is :attr:`artifex.settings.Settings.models`; without it, only what comes with the package is installed.
    """
    known = dict(catalogue())
    if shelf is not None:
        for name, model in Shelf(shelf).installed().items():
            if (spec := _installed_spec(model, Shelf(shelf).record_path(name))) is not None:
                known[name] = spec
    return MappingProxyType(dict(sorted(known.items())))


def find_model(name: str, shelf: Path | None = None) -> ModelSpec:
    """The model called ``name``. Raises UnknownName with the nearest names."""
    known = models(shelf)
    if name in known:
        return known[name]
    close = difflib.get_close_matches(name, known, 1)
    hint = f"did you mean {close[0]}?" if close else f"choose one of: {', '.join(known)}."
    raise UnknownName(f"There is no model {name[:60]!r}; {hint}")


def default_model(shelf: Path) -> str:
    """The name of the model for requests that name none."""
    chosen = Shelf(shelf).default
    return chosen if chosen is not None and chosen in models(shelf) else DEFAULT_MODEL


def bytes_on_disk(spec: ModelSpec, shelf: Path) -> int | None:
    """Size of a model's files; None where it is not installed, as only its hub knows it."""
    if (model := Shelf(shelf).find(spec.name)) is not None:
        return model.size
    if spec.folder is None:
        return None
    return sum(path.stat().st_size for path in spec.folder.rglob("*") if path.is_file())


def require_pullable(name: str, shelf: Path) -> ModelSpec:
    """The model called ``name``, if a hub has it. Raises UnknownName, BadInput."""
    spec = find_model(name, shelf)
    if spec.record is None and spec.folder is not None:
        raise BadInput(f"{name} comes with Artifex, so there is nothing to pull.")
    if spec.hub is None:
        raise BadInput(f"{name} was added from a folder of its own; remove it first to pull it instead.")
    return spec


def require_removable(name: str, shelf: Path) -> None:
    """Refuse a model that is not installed or comes with Artifex. Raises BadInput, UnknownName.

    A half pulled model can be removed, and so can one that this version does not know.
    """
    check_name(name)
    if (shelf / name).is_dir():
        return
    if find_model(name, shelf).folder is not None:
        raise BadInput(f"{name} comes with Artifex and cannot be removed.")
    raise BadInput(f"{name} is not installed, so there is nothing to remove.")


def recognise(folder: Path, like: str | None = None) -> ModelSpec:
    """The catalog entry that the weights in ``folder`` match, or ``like`` if they are a variant of it.

    Raises BadInput when no family knows them or they are no variant of ``like``; WeightsDamaged when they are
    incomplete or damaged.
    """
    if like is not None:
        spec = find_model(like)
        if spec.folder is not None:
            raise BadInput(f"{like} comes with Artifex and has no variants; choose another model with --like.")
        importlib.import_module(f"artifex.catalog.{spec.family}.recognise").require_like(folder, like)
        return spec
    for family in _families("recognise"):
        name: str | None = importlib.import_module(f"{family}.recognise").recognise(folder)
        if name is not None:
            return catalogue()[name]
    raise BadInput(
        f"{folder} holds no model that this program knows; give the folder its weights and config files lie in, "
        "or say with --like which model it is a variant of."
    )


def check_folder(spec: ModelSpec, folder: Path) -> None:
    """Compare every tensor in a folder with the networks of its family. Imports torch. Raises WeightsDamaged."""
    importlib.import_module(f"artifex.catalog.{spec.family}.model").check_folder(folder)


def load_model(spec: ModelSpec, plan: Plan, winners: "Winners | None" = None) -> "VideoModel":
    """Load a model as the plan says. The first call that imports torch. Raises NotInstalled, WeightsDamaged.

    Args:
        spec: the model.
        plan: how it is executed.
        winners: attention backends that were measured to be the quickest; None measures them anew.
    """
    require_folder(spec)
    family = importlib.import_module(f"artifex.catalog.{spec.family}.model")
    return family.load(spec, plan, winners)


def check_loras(spec: ModelSpec, loras: Sequence[tuple[Lora, Path]]) -> None:
    """Check that LoRAs fit a model before any weights are loaded. Imports torch. Raises BadInput, CannotRun."""
    importlib.import_module(f"artifex.catalog.{spec.family}.model").check_loras(spec, loras)


def _installed_spec(model: Installed, record: Path) -> ModelSpec | None:
    """The catalog entry of an installed model, with its own name and folder; None for an entry that is not known."""
    like = catalogue().get(model.like)
    if like is None or like.folder is not None:
        return None
    hub = like.hub if model.source is not None else None
    return replace(like, name=model.name, folder=model.folder, record=record, hub=hub)


def _families(module: str) -> Iterator[str]:
    """The family packages that have a module of this name, in order."""
    for folder in pkgutil.iter_modules(artifex.catalog.__path__, "artifex.catalog."):
        if folder.ispkg and find_spec(f"{folder.name}.{module}") is not None:
            yield folder.name
