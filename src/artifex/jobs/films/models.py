"""Compares the models that a film's shots were made with to those installed here, by content."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from artifex.catalog import manifest
from artifex.catalog.registry import find_model
from artifex.errors import BadRecipe, CannotRun, UnknownName
from artifex.recipe import ModelLock, parse_recipe_data
from artifex.timeline.project import Project


def other_models(project: Project, shelf: Path) -> tuple[str, ...]:
    """Why new takes made here would differ: a sentence for each model whose weights differ or are missing here.

    ``shelf`` is :attr:`artifex.settings.Settings.models`.
    """
    wanted = sorted(set(_locks(project)), key=lambda lock: (lock.name, lock.files))
    return tuple(dict.fromkeys(reason for lock in wanted if (reason := _difference(lock, shelf))))


def _locks(project: Project) -> Iterator[ModelLock]:
    """The models of shots with a complete recipe."""
    for shot in project.shots:
        with suppress(BadRecipe):
            yield parse_recipe_data({**shot.recipe, "references": []}).model


def _difference(wanted: ModelLock, shelf: Path) -> str:
    try:
        manifest.require(find_model(wanted.name, shelf), wanted)
    except (UnknownName, CannotRun) as error:
        return error.message
    return ""
