"""Editing of projects: opened from the database, cached, and each edit written before it takes effect.

The database is the journal: an edit is one row, written in one transaction, so a crash can only lose an edit that was
not acknowledged yet.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import count
from typing import Any
from uuid import UUID, uuid4, uuid5

from artifex.errors import BadInput, Conflict
from artifex.jobs.films.titles import require_writable
from artifex.store.projects import EntryRow, ProjectFacts, ProjectRow, Projects, StoredProject, new_project_id
from artifex.timeline.changes import Change, applied, difference, inverse
from artifex.timeline.commands import parse_command, perform
from artifex.timeline.edits.draft import NewId
from artifex.timeline.history import History
from artifex.timeline.journal import Entry, changes_of, restored
from artifex.timeline.project import Project
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track

_MOST_OPEN = 16
"""Projects kept in memory."""
_SNAPSHOT_EVERY = 200
"""Journal entries between two snapshots: the most to replay when a project is opened, besides those for undo."""
_MOST_TRIES = 30
"""How often an edit of the current version is made anew. Each time somebody else's edit was stored, so it is rare."""
_CHANGED = "The project was changed elsewhere meanwhile; see what is there now, and try again."
_OVERTAKEN = "What this edit is about was changed elsewhere meanwhile, so it was not made; see what is there now."


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

    def edit(
        self,
        project_id: str,
        owner: str | None,
        commands: Sequence[Any],
        version: int | None = None,
        *,
        rebase: bool = False,
    ) -> Edited:
        """Perform all the commands (JSON) or none; they are undone together. ``version``: the version the edit is based
        on; None: the current one. Raises BadInput, also for titles that no font here can draw, UnknownName, and
        Conflict for another version. With ``rebase``, an edit of an older version is made in the current one, unless it
        would not change exactly the same there."""
        seed = uuid4()

        def perform_all(project: Project) -> Project:
            new_id, edited = _ids(seed), project
            for command in commands:
                edited = perform(edited, parse_command(command, new_id), new_id)
            require_writable(project.timeline, edited.timeline)
            return edited

        if version is None or not rebase:
            return self.change(project_id, owner, lambda opened: perform_all(opened.project), version)
        return self.change(project_id, owner, lambda opened: self._rebased(opened, version, perform_all))

    def change(
        self, project_id: str, owner: str | None, edit: Callable[[Opened], Project], version: int | None = None
    ) -> Edited:
        """Like :meth:`edit`, by a function; an edit that changes nothing is not recorded. Without ``version``, the edit
        is made anew in what another writer left if that one was quicker: a take that took hours must not be refused.
        Raises what ``edit`` raises, and Conflict."""
        tries = 1 if version is not None else _MOST_TRIES
        while True:
            tries -= 1
            opened = self._at(project_id, owner, version)
            project = edit(opened)
            change = difference(opened.project, project)
            if not change:
                return Edited(opened, change)
            entry = EntryRow("change", change.to_data())
            try:
                return self._write(opened, project, opened.history.with_change(change), change, entry)
            except Conflict:
                if not tries:
                    raise

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
            raise Conflict(_CHANGED)
        return opened

    def _rebased(self, opened: Opened, version: int, edit: Callable[[Project], Project]) -> Project:
        if version == opened.row.version:
            return edit(opened.project)
        before = self._as_of(opened, version)
        meant = difference(before, edit(before))
        try:
            project = edit(opened.project)
        except BadInput as error:
            raise Conflict(_OVERTAKEN) from error
        if difference(opened.project, project) != meant:
            raise Conflict(_OVERTAKEN)
        return project

    def _as_of(self, opened: Opened, version: int) -> Project:
        """The project as it was in an earlier version. Raises Conflict when it never had that version."""
        if not 0 <= version <= opened.row.version:
            raise Conflict(_CHANGED)
        entries = _entries(self.projects.load(opened.row.id))[: opened.row.version]
        project = opened.project
        for change in reversed(changes_of(entries)[version:]):
            project = applied(project, inverse(change))
        return project

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


def _ids(seed: UUID) -> NewId:
    """New ids: for the same seed the same ones, so that what an edit does to two versions can be compared."""
    numbers = count()
    return lambda: uuid5(seed, str(next(numbers))).hex


def _entries(stored: StoredProject) -> list[Entry]:
    return [Entry(row.kind, row.data) for row in stored.entries]  # pyright: ignore[reportArgumentType] - as written


def _read(stored: StoredProject) -> Opened:
    entries = _entries(stored)
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
