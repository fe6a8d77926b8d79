"""Editing of projects: opened from the database, cached, and each edit written before it takes effect.

The database is the journal: an edit is one row, written in one transaction, so a crash can only lose an edit that was
not acknowledged yet.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from artifex.errors import Conflict
from artifex.jobs.films.titles import require_writable
from artifex.store.projects import EntryRow, ProjectFacts, ProjectRow, Projects, StoredProject, new_project_id
from artifex.timeline.changes import Change, applied, difference
from artifex.timeline.commands import parse_command, perform
from artifex.timeline.history import History
from artifex.timeline.journal import Entry, restored
from artifex.timeline.project import Project
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track

_MOST_OPEN = 16
"""Projects kept in memory."""
_SNAPSHOT_EVERY = 200
"""Journal entries between two snapshots: the most to replay when a project is opened, besides those for undo."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A project in its current state, with its undo history."""

    row: ProjectRow
    project: Project
    history: History


@dataclass(frozen=True, slots=True)
class Edited:
    """A project after an edit, and what the edit changed."""

    opened: Opened
    change: Change


@dataclass(frozen=True, slots=True)
class Desk:
    """Opens and edits projects. ``owner=None`` matches any owner. All methods raise NotFound, also for another owner's
    project, and DatabaseUnreachable."""

    projects: Projects
    _open: "OrderedDict[str, Opened]" = field(default_factory=lambda: OrderedDict[str, Opened]())
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def create(self, owner: str, name: str, rate: Fraction, width: int, height: int) -> Opened:
        """Create an empty film with a video, an audio and a prompt track. Raises TooMany."""
        tracks = (Track("v1", "video"), Track("a1", "audio"), Track("p1", "prompt"))
        timeline = Timeline(rate, width, height, tracks=tracks)
        return self.take_in(owner, Project(new_project_id(), name, timeline))

    def take_in(self, owner: str, project: Project) -> Opened:
        """Store a project from elsewhere under a new id. Raises TooMany."""
        project = replace(project, id=new_project_id())
        row = self.projects.create(project.id, owner, _facts(project), project.to_data())
        return self._keep(Opened(row, project, History()))

    def open(self, project_id: str, owner: str | None = None) -> Opened:
        row = self.projects.get(project_id, owner)
        with self._lock:
            known = self._open.get(project_id)
        if known is not None and known.row.version == row.version:
            return self._keep(replace(known, row=row))
        return self._keep(_read(self.projects.load(project_id, owner)))

    def edit(self, project_id: str, owner: str | None, commands: Sequence[Any], version: int | None = None) -> Edited:
        """Perform all the commands (JSON) or none; they are undone together. ``version``: the version the edit is based
        on; None: the current one. Raises BadInput, also for titles that no font here can draw, UnknownName, and
        Conflict for another version."""

        def perform_all(opened: Opened) -> Project:
            project = opened.project
            for command in commands:
                project = perform(project, parse_command(command))
            require_writable(opened.project.timeline, project.timeline)
            return project

        return self.change(project_id, owner, perform_all, version)

    def change(
        self, project_id: str, owner: str | None, edit: Callable[[Opened], Project], version: int | None = None
    ) -> Edited:
        """Like :meth:`edit`, by a function; an edit that changes nothing is not recorded. Raises what ``edit`` raises,
        and Conflict."""
        opened = self._at(project_id, owner, version)
        project = edit(opened)
        change = difference(opened.project, project)
        if not change:
            return Edited(opened, change)
        entry = EntryRow("change", change.to_data())
        return self._write(opened, project, opened.history.with_change(change), change, entry)

    def undo(self, project_id: str, owner: str | None, version: int | None = None) -> Edited:
        """Undo the last edit. Raises Conflict, also when there is nothing to undo."""
        opened = self._at(project_id, owner, version)
        history, change = opened.history.undone()
        return self._write(opened, applied(opened.project, change), history, change, EntryRow("undo", None))

    def redo(self, project_id: str, owner: str | None, version: int | None = None) -> Edited:
        """Redo the last undone edit. Raises Conflict, also when there is nothing to redo."""
        opened = self._at(project_id, owner, version)
        history, change = opened.history.redone()
        return self._write(opened, applied(opened.project, change), history, change, EntryRow("redo", None))

    def delete(self, project_id: str, owner: str | None = None) -> None:
        self.projects.delete(project_id, owner)
        with self._lock:
            self._open.pop(project_id, None)

    def _at(self, project_id: str, owner: str | None, version: int | None) -> Opened:
        opened = self.open(project_id, owner)
        if version is not None and version != opened.row.version:
            raise Conflict("The project was changed elsewhere meanwhile; load it again.")
        return opened

    def _write(self, opened: Opened, project: Project, history: History, change: Change, entry: EntryRow) -> Edited:
        is_due = (opened.row.version + 1) % _SNAPSHOT_EVERY == 0
        row = self.projects.append(opened.row, entry, _facts(project), project.to_data() if is_due else None)
        return Edited(self._keep(Opened(row, project, history)), change)

    def _keep(self, opened: Opened) -> Opened:
        with self._lock:
            self._open[opened.row.id] = opened
            self._open.move_to_end(opened.row.id)
            while len(self._open) > _MOST_OPEN:
                self._open.popitem(last=False)
        return opened


def _read(stored: StoredProject) -> Opened:
    entries = [Entry(row.kind, row.data) for row in stored.entries]  # pyright: ignore[reportArgumentType] - as written
    entries.insert(stored.snapshot_version, Entry("snapshot", stored.snapshot))
    project, history = restored(entries)
    return Opened(stored.row, project, history)


def _facts(project: Project) -> ProjectFacts:
    timeline = project.timeline
    return ProjectFacts(
        name=project.name[:200],
        rate=str(timeline.rate),
        width=timeline.width,
        height=timeline.height,
        duration=timeline.duration,
    )
