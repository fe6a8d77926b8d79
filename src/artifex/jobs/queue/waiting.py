"""Jobs that wait for something other than a slot: a time, a window, mains power or other jobs."""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

import psutil
from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    delete,
    exists,
    or_,
    select,
    text,
    true,
)

from artifex.jobs.queue.outbox import Condition, change
from artifex.jobs.queue.rows import in_state, is_conditional
from artifex.jobs.schedule import is_open
from artifex.jobs.state import ENDS, StateName
from artifex.store.database import wall_now
from artifex.store.tables.jobs import job_needs, jobs, requests

_AT_ONCE = 1000
"""The most jobs that one statement moves; the next tick moves the rest."""
KEY_SECONDS = 24 * 3600.0
"""How long an idempotency key is remembered."""
_log = logging.getLogger(__name__)


def on_mains() -> bool:
    """Whether this machine is on mains power; True if it has no battery or does not report one."""
    try:
        battery: Any = psutil.sensors_battery()
    except (AttributeError, OSError):  # not supported on this platform
        return True
    return battery is None or battery.power_plugged is not False


def end(connection: Connection, state: StateName, *conditions: Condition, **values: Any) -> list[RowMapping]:
    """Bring jobs to a final state; unless they succeeded, fail the jobs that need them."""
    rows = change(
        connection, *conditions, state=state, finished_at=wall_now(), slot=None, lease_token=None, lease_until=None,
        stop_wanted=None, **values,
    )  # fmt: skip
    for row in rows:
        _log.info("job %s: %s", row["id"], row["error_code"] if state == "failed" else state)
    if state != "succeeded":
        fail_dependents(connection, [row["id"] for row in rows])
    return rows


def fail_dependents(connection: Connection, ids: list[str]) -> None:
    """Fail the scheduled jobs that need these, and in turn the jobs that need those."""
    if ids:
        needing = select(job_needs.c.job_id).where(job_needs.c.needed.in_(ids))
        message = "A job that this one needs did not succeed; retry that one, then this one."
        where = (in_state("scheduled"), jobs.c.id.in_(needing))
        end(connection, "failed", *where, error_code="need_failed", error_message=message)


def release(connection: Connection, on_ac: Callable[[], bool], ids: Select[tuple[str]] | None = None) -> None:
    """Queue scheduled jobs that are due (only those of ``ids``, if given)."""
    due = and_(
        or_(jobs.c.run_at.is_(None), jobs.c.run_at <= wall_now()),
        _fits_conditions(connection, on_ac),
        ~_lacks_needs(),
        true() if ids is None else jobs.c.id.in_(ids),
    )
    some = select(jobs.c.number).where(in_state("scheduled"), due).limit(_AT_ONCE)
    change(connection, jobs.c.number.in_(some), state="queued", queued_at=wall_now(), passed=0)


def hold_back(connection: Connection, on_ac: Callable[[], bool]) -> None:
    """Take jobs out of the queue that may not run now: their window closed, or the machine is on battery."""
    misfits = (is_conditional, in_state("queued"), ~_fits_conditions(connection, on_ac))
    some = select(jobs.c.number).where(*misfits).limit(_AT_ONCE)
    change(connection, jobs.c.number.in_(some), state="scheduled")


def expire(connection: Connection) -> None:
    """Expire jobs that are still waiting or paused after ``expires_at``."""
    due = (text("expires_at is not null and finished_at is null"), jobs.c.expires_at <= wall_now())
    waits = jobs.c.state.in_(("scheduled", "queued", "paused"))
    end(connection, "expired", jobs.c.number.in_(select(jobs.c.number).where(*due, waits).limit(_AT_ONCE)))


def forget_old_keys(connection: Connection) -> None:
    connection.execute(delete(requests).where(requests.c.created_at < wall_now() - KEY_SECONDS))


def bad_needs(connection: Connection, job_id: str) -> list[str]:
    """Ids of the needed jobs that are gone or ended without success."""
    needs = select(job_needs.c.needed, jobs.c.state).join(jobs, jobs.c.id == job_needs.c.needed, isouter=True)
    found = connection.execute(needs.where(job_needs.c.job_id == job_id))
    return [row.needed for row in found if row.state is None or (row.state in ENDS and row.state != "succeeded")]


def note_needs(connection: Connection, job_id: str, needs: Iterable[str]) -> None:
    rows = [{"needed": needed, "job_id": job_id} for needed in dict.fromkeys(needs)]
    if rows:
        connection.execute(job_needs.insert(), rows)


def _lacks_needs() -> ColumnElement[bool]:
    needed = jobs.alias("needed")
    unmet = or_(needed.c.state.is_(None), needed.c.state != "succeeded")
    joined = job_needs.outerjoin(needed, needed.c.id == job_needs.c.needed)
    return exists().select_from(joined).where(job_needs.c.job_id == jobs.c.id, unmet).correlate(jobs)


def _fits_conditions(connection: Connection, on_ac: Callable[[], bool]) -> ColumnElement[bool]:
    """Whether window and power allow a job now; power is only checked if a job depends on it."""
    there = connection.execute(select(jobs.c.window, jobs.c.only_on_ac).where(is_conditional).distinct()).all()
    open_now = {row.window for row in there if row.window is not None and is_open(row.window, time.time())}
    power = true() if not any(row.only_on_ac for row in there) or on_ac() else ~jobs.c.only_on_ac
    return and_(or_(jobs.c.window.is_(None), jobs.c.window.in_(open_now)), power)
