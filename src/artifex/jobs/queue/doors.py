"""Operations of users on a job. Each reads the row and changes it in one transaction; writers are serialised."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, select, update

from artifex.errors import Conflict
from artifex.jobs.queue.outbox import change, tell
from artifex.jobs.queue.records import JobRow
from artifex.jobs.queue.rows import find, job_of
from artifex.jobs.queue.waiting import bad_needs, end, fail_dependents, release
from artifex.jobs.state import ENDS
from artifex.store.database import wall_now
from artifex.store.tables.assets import blob_uses, blobs
from artifex.store.tables.jobs import job_needs, jobs

Row = RowMapping
_WAITING = ("scheduled", "queued", "dispatched")
_FRESH_ATTEMPTS: dict[str, Any] = {"attempt": 0, "crashes": 0, "crashed_on": []}


def cancel(connection: Connection, job_id: str, owner: str | None) -> JobRow:
    row = find(connection, job_id, owner)
    match row["state"]:
        case "cancelled":
            return job_of(row)
        case "running" if row["stop_wanted"] == "cancel":
            return job_of(row)
        case "running":
            return job_of(_change(connection, row, stop_wanted="cancel"))
        case "finalizing":
            raise Conflict("The job is just being finished; it can be deleted when it is over.")
        case state if state in ENDS:
            raise Conflict(f"The job is over already ({state}); there is nothing left to cancel.")
        case _:
            return job_of(end(connection, "cancelled", jobs.c.number == row["number"])[0])


def pause(connection: Connection, job_id: str, owner: str | None) -> JobRow:
    row = find(connection, job_id, owner)
    match row["state"]:
        case "paused":
            return job_of(row)
        case state if state in _WAITING:
            return job_of(_change(connection, row, state="paused", slot=None, lease_until=None))
        case "running" if row["stop_wanted"] is None:
            return job_of(_change(connection, row, stop_wanted="pause"))
        case "running" if row["stop_wanted"] == "pause":
            return job_of(row)
        case "running":
            raise Conflict("The job is being cancelled.")
        case state:
            raise Conflict(f"Only a job that waits or runs can be paused; this one is {state}.")


def resume(connection: Connection, job_id: str, owner: str | None, on_ac: Callable[[], bool]) -> JobRow:
    row = find(connection, job_id, owner)
    match row["state"]:
        case "paused":
            return _wait_again(connection, row, on_ac)
        case "running" if row["stop_wanted"] == "pause":
            return job_of(_change(connection, row, stop_wanted=None))
        case state if state in _WAITING or (state == "running" and row["stop_wanted"] is None):
            return job_of(row)
        case state:
            raise Conflict(f"Only a paused job can be resumed; this one is {state}.")


def retry(connection: Connection, job_id: str, owner: str | None, on_ac: Callable[[], bool]) -> JobRow:
    row = find(connection, job_id, owner)
    if row["state"] not in ENDS or row["state"] == "succeeded":
        raise Conflict(f"Only a job that ended without success can be retried; this one is {row['state']}.")
    if bad_needs(connection, row["id"]):
        raise Conflict("A job that this one needs did not succeed; retry that one first.")
    clean = {"error_code": None, "error_message": None, "finished_at": None, "expires_at": None, "result": None}
    return _wait_again(connection, row, on_ac, **clean, **_FRESH_ATTEMPTS)


def promote(
    connection: Connection, job_id: str, owner: str | None, stop_at_step: int | None, on_ac: Callable[[], bool]
) -> JobRow:
    row = find(connection, job_id, owner)
    if row["state"] != "draft":
        raise Conflict(f"Only a draft can go on; this job is {row['state']}.")
    if stop_at_step is not None and stop_at_step <= row["step"]:
        raise Conflict(f"The draft is at step {row['step']} already; choose a later one.")
    return _wait_again(connection, row, on_ac, stop_at_step=stop_at_step, **_FRESH_ATTEMPTS)


def remove(connection: Connection, job_id: str, owner: str | None) -> None:
    row = find(connection, job_id, owner)
    if row["state"] not in ENDS and row["state"] not in ("draft", "paused"):
        raise Conflict(f"The job is {row['state']}; cancel it first, then delete it.")
    if row["state"] != "succeeded":
        fail_dependents(connection, [row["id"]])
    tell(connection, [{**row, "sequence": row["sequence"] + 1}], "deleted")
    connection.execute(delete(job_needs).where(job_needs.c.job_id == row["id"]))
    if row["state"] == "succeeded":  # jobs that needed it have what they need
        connection.execute(delete(job_needs).where(job_needs.c.needed == row["id"]))
    held = select(blob_uses.c.sha256).where(blob_uses.c.holder == row["id"])  # kept an hour, as with assets
    connection.execute(update(blobs).where(blobs.c.sha256.in_(held)).values(since=wall_now()))
    connection.execute(delete(blob_uses).where(blob_uses.c.holder == row["id"]))
    connection.execute(delete(jobs).where(jobs.c.number == row["number"]))


def _wait_again(connection: Connection, row: Row, on_ac: Callable[[], bool], **values: Any) -> JobRow:
    """Schedule the job again; it is queued at once if its conditions allow."""
    _change(connection, row, state="scheduled", stop_wanted=None, **values)
    release(connection, on_ac, select(jobs.c.id).where(jobs.c.id == row["id"]))
    return job_of(find(connection, row["id"], None))


def _change(connection: Connection, row: Row, **values: Any) -> Row:
    return change(connection, jobs.c.number == row["number"], **values)[0]
