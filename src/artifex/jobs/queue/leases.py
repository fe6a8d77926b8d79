"""Operations of workers: one attempt at a job, fenced by its lease's token."""

import logging
import uuid
from collections.abc import Callable, Sequence
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, RowMapping, or_, select, update

from artifex.catalog.execution import Expert
from artifex.errors import LeaseLost
from artifex.jobs.queue.outbox import Condition, change
from artifex.jobs.queue.records import MAX_ATTEMPTS, Claim, Pace, Produced, Progress, StopWanted
from artifex.jobs.queue.rows import in_state, is_held, job_of
from artifex.jobs.queue.slots import count_device_error, forgive_device_errors, give_back, host_of, is_free_for
from artifex.jobs.queue.waiting import end, release
from artifex.store.assets import NewAsset, StoredBlob, insert_asset
from artifex.store.database import lease_now, wall_now
from artifex.store.tables.jobs import job_needs, jobs

DEVICE_ERROR = "device_error"
"""Error code of a failure of the device itself; after two in a row its slot gets no more work."""
_CLOCK_SLACK = 5.0
_STEPS_LOST = "The checkpoint for the second expert was lost again and again; see the worker's log, then retry."
_GONE: dict[str, Any] = {"slot": None, "lease_token": None, "lease_until": None}
_FRESH: dict[str, Any] = {"crashes": 0, "crashed_on": []}
_log = logging.getLogger(__name__)


def claim(connection: Connection, slot: str, holder: str, pace: Pace) -> Claim | None:
    """Begin an attempt at the job that was dispatched to the slot, if there is one."""
    given = (is_held, in_state("dispatched"), jobs.c.slot == slot, is_free_for(holder, slot))
    token = uuid.uuid4().hex
    rows = change(
        connection, *given, state="running", attempt=jobs.c.attempt + 1, lease_token=token, stop_wanted=None,
        lease_until=lease_now() + pace.lease, progress_at=lease_now(), started_at=wall_now(), stage=None, eta=None,
    )  # fmt: skip
    if not rows:
        return None
    _log.info("job %s: attempt %d on %s", rows[0]["id"], rows[0]["attempt"], slot)
    return Claim(job_of(rows[0]), token)


def beat(connection: Connection, held: Claim, pace: Pace) -> StopWanted:
    prolonged = update(jobs).where(*_fence(held)).values(lease_until=lease_now() + pace.lease)
    row = connection.execute(prolonged.returning(jobs.c.state, jobs.c.stop_wanted)).one_or_none()
    return _asked(row)


def stop_wanted(connection: Connection, held: Claim) -> StopWanted:
    return _asked(connection.execute(select(jobs.c.state, jobs.c.stop_wanted).where(*_fence(held))).one_or_none())


def progress(connection: Connection, held: Claim, now: Progress) -> None:
    values = {name: getattr(now, name) for name in ("stage", "step", "step_count", "eta", "vram")}
    if now.preview is not None:
        values["preview"] = now.preview
    _own(change(connection, *_fence(held), kind="progress", progress_at=lease_now(), **values))


def keep(connection: Connection, held: Claim, checkpoint: str | None, recipe: dict[str, Any] | None) -> None:
    values: dict[str, Any] = {} if checkpoint is None else {"checkpoint": checkpoint or None}
    values |= _FRESH if checkpoint else {}  # it makes progress, so it may be retried however often its worker dies
    values |= {} if recipe is None else {"recipe": recipe}
    if connection.execute(update(jobs).where(*_fence(held)).values(**values or {"eta": jobs.c.eta})).rowcount == 0:
        raise _lost()


def finalizing(connection: Connection, held: Claim) -> None:
    _own(change(connection, *_fence(held), state="finalizing", progress_at=lease_now()))


def succeed(
    connection: Connection,
    held: Claim,
    result: dict[str, Any],
    produced: Sequence[Produced],
    on_ac: Callable[[], bool],
) -> list[str]:
    row = _holding(connection, held)
    ids = [insert_asset(connection, _asset_of(row, file)).id for file in produced]
    _own(end(connection, "succeeded", *_fence(held), result={**result, "asset_ids": ids}, error_code=None))
    forgive_device_errors(connection, row["slot"])
    release(connection, on_ac, select(job_needs.c.job_id).where(job_needs.c.needed == row["id"]))
    return ids


def fail(connection: Connection, held: Claim, code: str, message: str, *, final: bool) -> None:
    row = _holding(connection, held)
    if code == DEVICE_ERROR:
        count_device_error(connection, row["slot"])
    if row["stop_wanted"] == "cancel":
        end(connection, "cancelled", *_fence(held))
    elif final or row["crashes"] + 1 >= MAX_ATTEMPTS:
        end(connection, "failed", *_fence(held), error_code=code, error_message=message)
    else:
        _log.info("job %s: attempt %d failed (%s) and is repeated", row["id"], row["attempt"], code)
        _put_back(connection, row, crashes=row["crashes"] + 1)


def stopped(connection: Connection, held: Claim, why: Literal["cancel", "pause", "draft", "shutdown"]) -> None:
    """What a user asks for by now takes precedence over the worker's reason; a pause may have been taken back."""
    row = _holding(connection, held)
    match row["stop_wanted"] or why:
        case "cancel":
            end(connection, "cancelled", *_fence(held))
        case _ if why == "draft":
            _leave(connection, row, "draft", attempt=jobs.c.attempt - 1)
        case _:
            _put_back(connection, row, attempt=jobs.c.attempt - 1)


def hand_over(connection: Connection, held: Claim, expert: Expert) -> None:
    """To the low-noise expert: no failure, and a requested stop takes precedence. Back to the high-noise expert: a
    failed attempt, because steps were lost."""
    row = _holding(connection, held)
    if expert == "high":
        connection.execute(update(jobs).where(*_fence(held)).values(expert=expert))
        fail(connection, held, "steps_lost", _STEPS_LOST, final=False)
    elif row["stop_wanted"] == "cancel":
        end(connection, "cancelled", *_fence(held))
    else:  # the wanted slot has done its part
        _put_back(connection, row, expert=expert, wanted_slot=None, attempt=jobs.c.attempt - 1)


def lose(connection: Connection, *conditions: Condition) -> list[str]:
    """Take held jobs from processes that died or fell silent; returns the slots that held them."""
    rows = connection.execute(select(jobs).where(is_held, *conditions)).mappings().all()
    for row in rows:
        if row["state"] == "dispatched":
            give_back(connection, jobs.c.number == row["number"])
        else:
            _count_crash(connection, row)
    return [row["slot"] for row in rows]


def lease_is_over(pace: Pace) -> ColumnElement[bool]:
    """Expired. A lease far in the future is from before a reboot, which reset the clock."""
    return or_(jobs.c.lease_until < lease_now(), jobs.c.lease_until > lease_now() + pace.lease + _CLOCK_SLACK)


def _count_crash(connection: Connection, row: RowMapping) -> None:
    host = host_of(connection, row["slot"])
    crashes: dict[str, Any] = {"crashes": row["crashes"] + 1, "crashed_on": [*row["crashed_on"], host]}
    this = jobs.c.number == row["number"]
    _log.warning("job %s: attempt %d on %s was lost", row["id"], row["attempt"], row["slot"])
    if row["stop_wanted"] == "cancel":
        end(connection, "cancelled", this, **crashes)
    elif crashes["crashes"] >= MAX_ATTEMPTS:
        message = f"The worker died {crashes['crashes']} times at this job; see its log, or try smaller settings."
        end(connection, "failed", this, error_code="worker_crash", error_message=message, **crashes)
    else:
        _put_back(connection, row, **crashes)


def _put_back(connection: Connection, row: RowMapping, **values: Any) -> None:
    """Queue for another attempt at the old place, or pause where a user asked for it."""
    _leave(connection, row, "paused" if row["stop_wanted"] == "pause" else "queued", **values)


def _leave(connection: Connection, row: RowMapping, state: str, **values: Any) -> None:
    change(connection, jobs.c.number == row["number"], state=state, stop_wanted=None, **_GONE, **values)


def _asset_of(job: RowMapping, file: Produced) -> NewAsset:
    return NewAsset(
        owner=job["owner"],
        content=StoredBlob(file.sha256, file.size),
        kind=file.kind,
        media_type=file.media_type,
        name=file.name,
        facts=file.facts,
        recipe=file.recipe,
        job_id=job["id"],
        thumbnail=file.thumbnail,
        poster=file.poster,
    )


def _fence(held: Claim) -> tuple[Condition, ...]:
    return (is_held, jobs.c.id == held.job.id, jobs.c.lease_token == held.token)


def _holding(connection: Connection, held: Claim) -> RowMapping:
    return _own(connection.execute(select(jobs).where(*_fence(held))).mappings().all())


def _own(rows: Sequence[RowMapping]) -> RowMapping:
    if not rows:
        raise _lost()
    return rows[0]


def _asked(row: Any) -> StopWanted:
    if row is None:
        raise _lost()
    return row.stop_wanted if row.state == "running" else None


def _lost() -> LeaseLost:
    return LeaseLost("The job is not this worker's any more; what it made of it is dropped.")
