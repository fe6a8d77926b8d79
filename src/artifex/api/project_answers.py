"""Projects as the API shows them."""

from typing import Any

from pydantic import BaseModel

from artifex.api.schemas import JobAnswer
from artifex.jobs.films.desk import Edited, Opened
from artifex.store.projects import ProjectRow
from artifex.timeline.build_graph import stale, takes_to_accept, unmade


class ProjectSummary(BaseModel):
    """Times in seconds since 1970; ``duration`` in frames, ``rate`` a fraction, in frames a second."""

    id: str
    name: str
    rate: str
    width: int
    height: int
    duration: int
    version: int
    created_at: float
    changed_at: float


class ProjectList(BaseModel):
    items: list[ProjectSummary]
    next_cursor: str | None


class Standing(BaseModel):
    """The state of a project after its last edit."""

    version: int
    can_undo: bool
    can_redo: bool
    stale: list[str]
    """Shots that were changed since their accepted take was made."""
    unmade: list[str]
    """Shots without an accepted take."""
    to_accept: dict[str, str]
    """By such a shot, the asset of a take that was made from what the shot is now and is still to be accepted."""


class ProjectAnswer(ProjectSummary, Standing):
    project: dict[str, Any]
    """The whole project, as from ``GET /projects/{id}/exports/json``."""


class EditAnswer(Standing):
    change: dict[str, Any]
    """The changes: steps with an item's path, before and after, and shifts of many clips."""


class Quote(BaseModel):
    """Seconds on this server's machine; null where they cannot be estimated."""

    seconds: float | None


class Rebuilt(Quote):
    items: list[JobAnswer]


def project_summary(row: ProjectRow) -> ProjectSummary:
    return ProjectSummary(**_row(row))


def _row(row: ProjectRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ProjectSummary.model_fields}


def _standing(opened: Opened) -> dict[str, Any]:
    old, missing = stale(opened.project), unmade(opened.project)
    return {
        "version": opened.row.version,
        "can_undo": opened.history.can_undo,
        "can_redo": opened.history.can_redo,
        "stale": list(old),
        "unmade": list(missing),
        "to_accept": takes_to_accept(opened.project, {*old, *missing}),
    }


def project_answer(opened: Opened) -> ProjectAnswer:
    return ProjectAnswer(**_row(opened.row) | _standing(opened), project=opened.project.to_data())


def edit_answer(edited: Edited) -> EditAnswer:
    return EditAnswer(**_standing(edited.opened), change=edited.change.to_data())
