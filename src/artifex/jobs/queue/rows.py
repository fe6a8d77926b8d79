"""Rows of the jobs table as typed records."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, literal_column, select, text
from sqlalchemy.sql.elements import TextClause

from artifex.errors import NotFound
from artifex.jobs.queue.records import JobRow
from artifex.jobs.state import (
    Cancelled,
    Dispatched,
    Draft,
    Expired,
    Failed,
    Finalizing,
    Paused,
    Queued,
    Running,
    Scheduled,
    State,
    StateName,
    Succeeded,
)
from artifex.store.tables.jobs import IS_CONDITIONAL, IS_FINISHED, IS_HELD, IS_UNFINISHED, jobs

_SAME_NAME = tuple(name for name in JobRow.__dataclass_fields__ if name not in ("state", "state_name", "needs"))

_ONE = select(jobs).where(jobs.c.id == bindparam("id"))

is_held: TextClause = text(IS_HELD)
is_unfinished: TextClause = text(IS_UNFINISHED)
is_finished: TextClause = text(IS_FINISHED)
is_conditional: TextClause = text(IS_CONDITIONAL)


def in_state(name: StateName) -> ColumnElement[bool]:
    """The name is a literal in the SQL: with a bound parameter, SQLite would not use the partial indexes."""
    return jobs.c.state == literal_column(f"'{name}'")


def job_of(row: RowMapping) -> JobRow:
    same = {name: row[name] for name in _SAME_NAME}
    return JobRow(**same, state=state_of(row), state_name=row["state"], needs=tuple(row["needs"]))


def state_of(row: RowMapping) -> State:
    """The typed state of a full row."""
    name: StateName = row["state"]
    match name:
        case "scheduled":
            return Scheduled(row["run_at"])
        case "queued":
            return Queued(row["queued_at"])
        case "dispatched":
            return Dispatched(row["slot"])
        case "running":
            progress = (row["stage"] or "", row["step"], row["step_count"], row["eta"], row["vram"])
            return Running(row["slot"], row["attempt"], *progress)
        case "finalizing":
            return Finalizing(row["slot"], row["attempt"])
        case "paused":
            return Paused(row["step"])
        case "draft":
            return Draft(row["step"])
        case "succeeded":
            return Succeeded(row["result"], row["finished_at"])
        case "failed":
            return Failed(row["error_code"], row["error_message"], row["finished_at"])
        case "cancelled":
            return Cancelled(row["finished_at"])
        case "expired":
            return Expired(row["finished_at"])


def find(connection: Connection, job_id: str, owner: str | None) -> RowMapping:
    """Raises NotFound, also for another owner's job."""
    row = connection.execute(_ONE, {"id": job_id}).mappings().one_or_none()
    if row is None or owner not in (None, row["owner"]):
        raise NotFound(f"There is no job {job_id[:40]!r}.")
    return row


def find_all(connection: Connection, ids: Sequence[str]) -> list[JobRow]:
    """The jobs that still exist, in the order of ``ids``."""
    rows = connection.execute(select(jobs).where(jobs.c.id.in_(ids))).mappings()
    by_id: dict[str, Any] = {row["id"]: job_of(row) for row in rows}
    return [by_id[one] for one in ids if one in by_id]
