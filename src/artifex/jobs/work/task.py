"""What a worker hands to the function that does one kind of work, and what it gets back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from artifex.catalog.execution import Experts
from artifex.catalog.work import Stage
from artifex.jobs.job import WorkFolder
from artifex.jobs.queue import JobRow
from artifex.jobs.report import Report
from artifex.jobs.resident import ResidentModels
from artifex.media.opener import Opener
from artifex.settings import Settings
from artifex.store.blobs import Blobs


class TaskReport(Report, Protocol):
    """Is told, besides what every clip tells, of work that is no clip."""

    def predicted(self, stages: Mapping[Stage, float]) -> None:
        """How long the stages will take, in seconds, by the plan."""
        ...

    def moved(self) -> None:
        """The work got somewhere, of which there is nothing to tell; in any thread."""
        ...

    def amount(self, name: str, done: int, of: int) -> None:
        """So much of ``name`` is done, in units of its own."""
        ...


@dataclass(frozen=True, slots=True)
class Source:
    """A file of the library that work begins from."""

    path: Path
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Task:
    """One attempt at one job."""

    job: JobRow
    folder: WorkFolder
    scratch: Path
    """An empty folder of this machine; what is in it at the end is removed."""
    report: TaskReport
    settings: Settings
    models: ResidentModels
    blobs: Blobs
    open_asset: Callable[[str], Source]
    """A file of the job's owner by its asset's id. Raises NotFound, BadReference, StorageFailed."""
    opener: Opener
    """Of media from outside."""
    experts: Experts = "both"
    """Which of a model's two the slot has."""


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A finished file that goes into the library, with its pictures."""

    path: Path
    kind: str
    media_type: str
    name: str
    facts: Mapping[str, Any]
    recipe: dict[str, Any] | None = None
    thumbnail: Path | None = None
    poster: Path | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    result: dict[str, Any]
    files: tuple[MadeFile, ...] = ()
