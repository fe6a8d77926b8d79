"""Projects in the database. Each edit is a row of its own, durable before it is acknowledged."""

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, tuple_, update

from artifex.errors import Conflict, NotFound, TooMany
from artifex.store.cursors import cursor_of, parse_cursor
from artifex.store.database import Database, wall_now
from artifex.store.tables.jobs import events
from artifex.store.tables.projects import project_entries, projects

MOST_PROJECTS = 1000
"""Of one owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFacts:
    """What lists show of a project; ``duration`` in frames, ``rate`` a fraction, in frames a second."""

    name: str
    rate: str
    width: int
    height: int
    duration: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRow(ProjectFacts):
    """Times in seconds since 1970; ``version`` is the number of entries."""

    id: str
    owner: str
    version: int
    created_at: float
    changed_at: float


@dataclass(frozen=True, slots=True)
class EntryRow:
    """``kind`` is change, undo or redo; ``data`` JSON."""

    kind: str
    data: Any


@dataclass(frozen=True, slots=True)
class StoredProject:
    """A whole project: all its entries, and a snapshot taken after the first ``snapshot_version`` of them."""

    row: ProjectRow
    snapshot: Any
    snapshot_version: int
    entries: Sequence[EntryRow]


@dataclass(frozen=True, slots=True)
class ProjectPage:
    projects: list[ProjectRow]
    next_cursor: str | None
    """Opaque; None on the last page."""


_COLUMNS = [column for column in projects.c if column.name not in ("snapshot", "snapshot_version")]


@dataclass(frozen=True, slots=True)
class Projects:
    """The projects in the database. ``owner=None`` means anybody's."""

    database: Database

    def create(self, project_id: str, owner: str, facts: ProjectFacts, snapshot: Mapping[str, Any]) -> ProjectRow:
        """Raises TooMany when the owner has :data:`MOST_PROJECTS` already, Conflict where the id is taken."""
        now = time.time()
        row = ProjectRow(**_facts(facts), id=project_id, owner=owner, version=0, created_at=now, changed_at=now)
        with self.database.write() as connection:
            count = select(func.count()).where(projects.c.owner == owner)
            if connection.execute(count).scalar_one() >= MOST_PROJECTS:
                raise TooMany(f"You have {MOST_PROJECTS} projects already; delete one first.", retry_after=60)
            if connection.execute(select(projects.c.id).where(projects.c.id == project_id)).first() is not None:
                raise Conflict("There is a project with this id already.")
            values = {column.name: getattr(row, column.name) for column in _COLUMNS}
            connection.execute(insert(projects).values(**values, snapshot=dict(snapshot), snapshot_version=0))
        return row

    def page(self, owner: str | None = None, cursor: str | None = None, limit: int = 50) -> ProjectPage:
        """The projects, last changed first. Raises BadInput for a malformed cursor."""
        place = (projects.c.changed_at, projects.c.id)
        query = select(*_COLUMNS).order_by(*(column.desc() for column in place)).limit(limit + 1)
        if owner is not None:
            query = query.where(projects.c.owner == owner)
        if cursor is not None:
            query = query.where(tuple_(*place) < tuple_(*parse_cursor(cursor)))
        with self.database.read() as connection:
            rows = [ProjectRow(**row) for row in connection.execute(query).mappings()]
        kept = rows[:limit]
        return ProjectPage(kept, cursor_of(kept[-1].changed_at, kept[-1].id) if len(rows) > limit else None)

    def get(self, project_id: str, owner: str | None = None) -> ProjectRow:
        """Raises NotFound, also for another owner's project."""
        with self.database.read() as connection:
            return _find(connection, project_id, owner)

    def load(self, project_id: str, owner: str | None = None) -> StoredProject:
        """Raises NotFound, also for another owner's project."""
        entries = select(project_entries.c.kind, project_entries.c.data)
        entries = entries.where(project_entries.c.project_id == project_id).order_by(project_entries.c.number)
        snapshot = select(projects.c.snapshot, projects.c.snapshot_version).where(projects.c.id == project_id)
        with self.database.read() as connection:
            row = _find(connection, project_id, owner)
            content, version = connection.execute(snapshot).one()
            return StoredProject(row, content, version, [EntryRow(*entry) for entry in connection.execute(entries)])

    def append(
        self, row: ProjectRow, entry: EntryRow, facts: ProjectFacts, snapshot: Mapping[str, Any] | None = None
    ) -> ProjectRow:
        """Add an entry to the project in the version of ``row``, and the event that reports it; ``snapshot`` is its
        content after that, if to be kept.

        Raises NotFound; Conflict where somebody else has added an entry meanwhile.
        """
        version, now = row.version + 1, time.time()
        changes: dict[str, Any] = {**_facts(facts), "version": version, "changed_at": now}
        if snapshot is not None:
            changes |= {"snapshot": dict(snapshot), "snapshot_version": version}
        with self.database.write() as connection:
            if _find(connection, row.id, row.owner).version != row.version:
                raise Conflict("The project was changed elsewhere meanwhile; see what is there now, and try again.")
            connection.execute(
                insert(project_entries).values(project_id=row.id, number=version, kind=entry.kind, data=entry.data)
            )
            connection.execute(update(projects).where(projects.c.id == row.id).values(**changes))
            told = {"job_id": "", "owner": row.owner, "kind": "project", "data": {"id": row.id, "version": version}}
            connection.execute(insert(events).values(**told, at=wall_now()))
        return ProjectRow(
            **_facts(facts), id=row.id, owner=row.owner, version=version, created_at=row.created_at, changed_at=now
        )

    def delete(self, project_id: str, owner: str | None = None) -> None:
        """Delete a project; the files that it uses stay in the library. Raises NotFound."""
        with self.database.write() as connection:
            _find(connection, project_id, owner)
            connection.execute(delete(project_entries).where(project_entries.c.project_id == project_id))
            connection.execute(delete(projects).where(projects.c.id == project_id))


def new_project_id() -> str:
    return uuid.uuid4().hex


def _facts(facts: ProjectFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in ("name", "rate", "width", "height", "duration")}


def _find(connection: Connection, project_id: str, owner: str | None) -> ProjectRow:
    query = select(*_COLUMNS).where(projects.c.id == project_id)
    if owner is not None:
        query = query.where(projects.c.owner == owner)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFound("There is no such project; it may have been deleted.")
    return ProjectRow(**row)
