"""The models a project was made with, by content, in one small file: so that it renders the same next year."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from artifex.catalog import manifest
from artifex.catalog.registry import find_model
from artifex.errors import BadInput, CannotRun, UnknownName
from artifex.files import write_atomically
from artifex.recipe import Lora, ModelLock, Recipe

FORMAT = 1
_LARGEST = 2**24


@dataclass(frozen=True, slots=True)
class ProjectLock:
    """Models in order of name, with the sha256 of each file; LoRAs by name and sha256."""

    models: tuple[ModelLock, ...]
    loras: tuple[tuple[str, str], ...] = ()


def lock_of(recipes: Iterable[Recipe]) -> ProjectLock:
    """What the recipes of a project need. Raises BadInput when two of them need different weights of one model."""
    models: dict[str, ModelLock] = {}
    loras: set[tuple[str, str]] = set()
    for recipe in recipes:
        if models.setdefault(recipe.model.name, recipe.model) != recipe.model:
            raise BadInput(
                f"The project has clips made with different weights of {recipe.model.name}; make some again."
            )
        loras |= {_by_content(lora) for lora in recipe.loras}
    return ProjectLock(tuple(models[name] for name in sorted(models)), tuple(sorted(loras)))


def write_project_lock(path: Path, lock: ProjectLock) -> None:
    """Raises OutOfSpace, NotWritable."""
    models = {model.name: dict(model.files) for model in lock.models}
    data = {"format": FORMAT, "models": models, "loras": [list(lora) for lora in lock.loras]}
    write_atomically(path, (json.dumps(data, indent=1, sort_keys=True) + "\n").encode())


def read_project_lock(path: Path) -> ProjectLock:
    """Raises BadInput when the file is not such a lock."""
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError("too large")
        data: dict[str, Any] = json.loads(path.read_bytes())
        if data["format"] != FORMAT:
            raise ValueError("another format")
        models = tuple(_model(name, files) for name, files in sorted(data["models"].items()))
        return ProjectLock(models, tuple(sorted((str(name), str(sha256)) for name, sha256 in data["loras"])))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadInput(f"{path} is not the lock of a project; choose another file.") from error


def check_project_lock(lock: ProjectLock, shelf: Path | None) -> tuple[str, ...]:
    """Why this machine would not render the project the same: a sentence for each model; none when it would.

    ``shelf`` is :attr:`artifex.settings.Settings.models`.
    """
    return tuple(reason for model in lock.models if (reason := _difference(model, shelf)) is not None)


def _difference(wanted: ModelLock, shelf: Path | None) -> str | None:
    try:
        manifest.require(find_model(wanted.name, shelf), wanted)
    except (UnknownName, CannotRun) as error:
        return error.message
    return None


def _model(name: str, files: dict[str, Any]) -> ModelLock:
    return ModelLock(name, tuple(sorted((str(path), str(sha256)) for path, sha256 in files.items())))


def _by_content(lora: Lora) -> tuple[str, str]:
    return lora.name, lora.sha256
