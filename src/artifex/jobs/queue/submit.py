"""Submitting new jobs."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select

from artifex.errors import Conflict, NotFound, RequestReused, TooMany
from artifex.jobs.queue.outbox import tell
from artifex.jobs.queue.records import JobRow, Key, NewJob
from artifex.jobs.queue.rows import find_all, is_unfinished, job_of
from artifex.jobs.queue.waiting import note_needs, release
from artifex.jobs.schedule import check_window
from artifex.jobs.state import ENDS
from artifex.store.database import wall_now
from artifex.store.tables.assets import blob_uses
from artifex.store.tables.jobs import jobs, requests
from artifex.units import counted

_AS_GIVEN = (
    *("kind", "request", "owner", "model", "step_count", "tier", "priority", "run_at", "window", "only_on_ac"),
    *("expert", "wanted_slot", "batch", "expires_at", "stop_at_step", "callback_url", "request_id", "remixed_from"),
)

# Built once: building these statements takes longer than running them.
_INSERTED = insert(jobs).returning(jobs, sort_by_parameter_order=True)
_KEPT = select(requests.c.body_hash, requests.c.job_ids).where(
    requests.c.scope == bindparam("scope"), requests.c.key == bindparam("key")
)
_OPEN = select(func.count()).select_from(jobs).where(jobs.c.owner == bindparam("owner"), is_unfinished)
_NOW_AND_LAST = select(wall_now(), func.coalesce(func.max(jobs.c.number), 0))
_REMEMBERED = insert(requests).values(created_at=wall_now())


def submit(
    connection: Connection,
    new: Sequence[NewJob],
    key: Key | None,
    most_open: int | None,
    on_ac: Callable[[], bool],
) -> list[JobRow]:
    """See :meth:`artifex.jobs.queue.Queue.submit`."""
    for one in new:
        if one.window is not None:
            check_window(one.window)
    before = None if key is None else made_before(connection, key)
    if before is not None:
        return before
    if not new:
        return []
    _check_needs(connection, new)
    if most_open is not None:
        _check_open(connection, new, most_open)
    made = _insert(connection, new)
    for job, one in zip(made, new, strict=True):
        note_needs(connection, job.id, one.needs)
    uses = [{"sha256": sha, "holder": job.id} for job, one in zip(made, new, strict=True) for sha in set(one.holds)]
    if uses:
        connection.execute(insert(blob_uses), uses)
    if key is not None:
        _remember(connection, key, made)
    conditional = [job.id for job in made if job.state_name == "scheduled"]
    if not conditional:
        return made
    release(connection, on_ac, select(jobs.c.id).where(jobs.c.id.in_(conditional)))
    return find_all(connection, [job.id for job in made])


def made_before(connection: Connection, key: Key) -> list[JobRow] | None:
    """See :meth:`artifex.jobs.queue.Queue.made_before`."""
    found = connection.execute(_KEPT, {"scope": key.scope, "key": key.key}).one_or_none()
    if found is None:
        return None
    if found.body_hash != key.body_hash:
        raise RequestReused("This idempotency key was used for another request; take a new key.")
    made = find_all(connection, found.job_ids)
    if len(made) < len(found.job_ids):
        raise NotFound("This request was served before, and its job was deleted since; take a new key.")
    return made


def _check_needs(connection: Connection, new: Sequence[NewJob]) -> None:
    needed = {(need, one.owner) for one in new for need in one.needs}
    if not needed:
        return
    ids = {need for need, _owner in needed}
    known = connection.execute(select(jobs.c.id, jobs.c.owner, jobs.c.state).where(jobs.c.id.in_(ids))).all()
    missing = needed - {(row.id, row.owner) for row in known}
    if missing:
        raise NotFound(f"There is no job {min(missing)[0][:40]!r} to need; name jobs that exist.")
    for row in known:
        if row.state in ENDS and row.state != "succeeded":
            raise Conflict(f"The job {row.id} has ended without success, so no other can need it; retry it first.")


def _check_open(connection: Connection, new: Sequence[NewJob], most_open: int) -> None:
    for owner in {one.owner for one in new}:
        count = (connection.scalar(_OPEN, {"owner": owner}) or 0) + sum(one.owner == owner for one in new)
        if count > most_open:
            raise TooMany(
                f"At most {counted(most_open, 'job')} may be open at a time; wait for some to end.", retry_after=60.0
            )


def _insert(connection: Connection, new: Sequence[NewJob]) -> list[JobRow]:
    now, last = connection.execute(_NOW_AND_LAST).one()
    values = [_values(one, now, float(last + 1 + index)) for index, one in enumerate(new)]
    rows = connection.execute(_INSERTED, values).mappings().all()
    tell(connection, rows, "state")
    return [job_of(row) for row in rows]


def _values(one: NewJob, now: float, place: float) -> dict[str, Any]:
    """A job without conditions is queued at once. ``place`` is behind all existing jobs."""
    conditional = bool(one.needs or one.window or one.only_on_ac) or (one.run_at is not None and one.run_at > now)
    return {
        **{name: getattr(one, name) for name in _AS_GIVEN},
        "id": uuid.uuid4().hex,
        "needs": list(one.needs),
        "state": "scheduled" if conditional else "queued",
        "sequence": 1,
        "place": place,
        "created_at": now,
        "queued_at": None if conditional else now,
    }


def _remember(connection: Connection, key: Key, made: Sequence[JobRow]) -> None:
    row = {"scope": key.scope, "key": key.key, "body_hash": key.body_hash, "job_ids": [job.id for job in made]}
    connection.execute(_REMEMBERED, row)
