"""The input and output of the functions that do the work of jobs."""

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
    """A report that also receives the progress of other work than clips."""

    def predicted(self, stages: Mapping[Stage, float]) -> None:
        """The planned seconds of each stage."""
        ...

    def moved(self) -> None:
        """The work made progress that it has no number for. Callable from any thread."""
        ...

    def amount(self, name: str, done: int, of: int) -> None:
        """``done`` of ``of`` units of the work called ``name`` are done."""
        ...


@dataclass(frozen=True, slots=True)
class Source:
    """A library file that is the input of a job."""

    path: Path
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Task:
    """One attempt at a job: its request and the resources to do it with."""

    job: JobRow
    folder: WorkFolder
    scratch: Path
    """An empty local folder, which is removed at the end."""
    report: TaskReport
    settings: Settings
    models: ResidentModels
    blobs: Blobs
    open_asset: Callable[[str], Source]
    """Returns a file of the job's owner by its asset id. Raises NotFound, BadReference, StorageFailed."""
    opener: Opener
    """Opens untrusted media."""
    experts: Experts = "both"
    """Which of a model's experts the slot has."""


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A finished file for the library, with its thumbnail and poster."""

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
