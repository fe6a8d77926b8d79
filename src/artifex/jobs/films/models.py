"""The models that a film's shots were made with, by content, beside those that are here."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from artifex.catalog import manifest
from artifex.catalog.registry import find_model
from artifex.errors import BadRecipe, CannotRun, UnknownName
from artifex.recipe import ModelLock, parse_recipe_data
from artifex.timeline.project import Project


def other_models(project: Project, shelf: Path) -> tuple[str, ...]:
    """Why this machine would make takes of the film otherwise: a sentence for each model that is not the same here.

    ``shelf`` is :attr:`artifex.settings.Settings.models`.
    """
    wanted = sorted(set(_locks(project)), key=lambda lock: (lock.name, lock.files))
    return tuple(dict.fromkeys(reason for lock in wanted if (reason := _difference(lock, shelf))))


def _locks(project: Project) -> Iterator[ModelLock]:
    """Of shots with a whole recipe."""
    for shot in project.shots:
        with suppress(BadRecipe):
            yield parse_recipe_data({**shot.recipe, "references": []}).model


def _difference(wanted: ModelLock, shelf: Path) -> str:
    try:
        manifest.require(find_model(wanted.name, shelf), wanted)
    except (UnknownName, CannotRun) as error:
        return error.message
    return ""
