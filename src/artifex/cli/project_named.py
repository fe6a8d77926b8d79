"""Finds a project named on the command line: a file, or an id or name in this machine's library."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from artifex.errors import BadInput
from artifex.settings import Settings, read_settings
from artifex.timeline.project import Project

if TYPE_CHECKING:
    from artifex.jobs.films.desk import Opened
    from artifex.jobs.films.local import LocalFilms

_SUFFIXES = (".json", ".otio")


@dataclass(frozen=True, slots=True)
class Named:
    """``losses`` says what of a file was not understood."""

    project: Project
    losses: tuple[str, ...]
    settings: Settings


def named_project(name: str) -> Named:
    """Raises NotFound, BadReference, BadInput, CannotRun. A file is read without the database."""
    from artifex.jobs.films.local import read_file

    settings = read_settings()
    if is_file(name):
        found = read_file(Path(name))
        return Named(found.project, found.losses, settings)
    return Named(open_films(settings).find(name).project, (), settings)


def kept_project(name: str) -> "tuple[Opened, LocalFilms, Settings]":
    """A project of the library, for commands that change it. Raises BadInput for a file, NotFound, CannotRun."""
    if is_file(name):
        raise BadInput(
            f"{name} is a file, and this changes a project; bring it in with 'artifex project import' first."
        )
    settings = read_settings()
    films = open_films(settings)
    return films.find(name), films, settings


def open_films(settings: Settings) -> "LocalFilms":
    from artifex.wiring import local_films

    return local_films(settings)


def is_file(name: str) -> bool:
    return "\0" in name or name.lower().endswith(_SUFFIXES) or Path(name).is_file()
