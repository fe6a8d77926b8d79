"""Editing jobs that have not started."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select, update

from artifex.errors import Conflict
from artifex.jobs.queue.outbox import change
from artifex.jobs.queue.records import Changes, JobRow
from artifex.jobs.queue.rows import find, is_unfinished, job_of
from artifex.jobs.queue.waiting import hold_back, release
from artifex.jobs.schedule import check_window
from artifex.store.tables.jobs import jobs

_EDITABLE = ("scheduled", "queued", "paused", "draft")
_AS_GIVEN = ("request", "model", "step_count", "priority", "only_on_ac", "run_at")
_CLEARED_BY_EMPTY = ("window", "wanted_slot", "expert")


def edit(connection: Connection, job_id: str, changes: Changes, owner: str | None, on_ac: Callable[[], bool]) -> JobRow:
    row = find(connection, job_id, owner)
    if row["state"] not in _EDITABLE:
        raise Conflict(f"Only a job that waits can be edited; this one is {row['state']}.")
    if changes.window:
        check_window(changes.window)
    values: dict[str, Any] = {name: getattr(changes, name) for name in _AS_GIVEN}
    values = {name: value for name, value in values.items() if value is not None}
    given = {name: getattr(changes, name) for name in _CLEARED_BY_EMPTY}
    values |= {name: value or None for name, value in given.items() if value is not None}
    if changes.request is not None:
        if row["checkpoint"]:
            raise Conflict("This clip was begun already, so it cannot become another; cancel it and ask again.")
        values["recipe"] = None  # left by an attempt at the old request that kept no checkpoint
    if changes.before is not None:
        values |= _before(connection, row, find(connection, changes.before, row["owner"]))
    if row["state"] == "queued" and changes.run_at is not None:
        values["state"] = "scheduled"
    change(connection, jobs.c.number == row["number"], **values)
    hold_back(connection, on_ac)
    release(connection, on_ac, select(jobs.c.id).where(jobs.c.id == row["id"]))
    return job_of(find(connection, row["id"], None))


def _before(connection: Connection, row: RowMapping, other: RowMapping) -> dict[str, Any]:
    """The priority and place that put ``row`` just before ``other``."""
    if other["state"] not in _EDITABLE or other["id"] == row["id"]:
        raise Conflict(f"The job {other['id']} does not wait any more, so nothing can come before it.")
    mine = (jobs.c.owner == row["owner"], is_unfinished, jobs.c.number != row["number"])
    earlier = (*mine, jobs.c.place < other["place"])
    neighbour = connection.scalar(select(func.max(jobs.c.place)).where(*earlier))
    place = other["place"] - 1 if neighbour is None else (neighbour + other["place"]) / 2
    if neighbour is not None and not neighbour < place < other["place"]:  # no number is left between the two
        connection.execute(update(jobs).where(*earlier).values(place=jobs.c.place - 1))
        place = other["place"] - 0.5
    return {"priority": other["priority"], "place": place}
