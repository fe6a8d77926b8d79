"""Helpers for tests of the queue: jobs, slots, and simulated passage of time."""

from typing import Any

from sqlalchemy import insert, select, update

from artifex.catalog.execution import Experts
from artifex.jobs.queue import Claim, JobRow, NewJob, Produced, Queue, Slot
from artifex.store.database import Database, lease_now
from artifex.store.tables.assets import blobs
from artifex.store.tables.jobs import jobs, slots


def job(owner: str = "ann", **more: Any) -> NewJob:
    values: dict[str, Any] = {"kind": "generate", "request": {}, "owner": owner, "step_count": 4, **more}
    return NewJob(**values)


def submit(queue: Queue, **more: Any) -> JobRow:
    return queue.submit([job(**more)])[0]


def slot(
    queue: Queue,
    name: str = "one.gpu0",
    *,
    resident: str = "",
    kinds: Any = ("generate",),
    experts: Experts = "both",
) -> str:
    """Announce a live slot of this name."""
    host, _, device = name.partition(".")
    queue.announce(Slot(name, host, device, kinds, experts), resident, {})
    return name


def take(queue: Queue, name: str = "one.gpu0") -> Claim:
    claim = queue.take(name)
    assert claim is not None
    return claim


def keep_content(database: Database) -> None:
    """Register the content that :func:`clip` refers to."""
    with database.write() as connection:
        connection.execute(insert(blobs), [{"sha256": each * 64, "size": 10, "since": 0.0} for each in "cd"])


def clip(sha256: str = "c" * 64, **more: Any) -> Produced:
    return Produced(
        sha256=sha256, size=10, kind="video", media_type="video/mp4", name="clip.mp4", facts={"width": 8}, **more
    )


def column(database: Database, job_id: str, name: str) -> Any:
    with database.read() as connection:
        return connection.scalar(select(jobs.c[name]).where(jobs.c.id == job_id))


def set_columns(database: Database, job_id: str, **values: Any) -> None:
    """Set columns of a job's row directly, to simulate elapsed time or a dead process."""
    with database.write() as connection:
        connection.execute(update(jobs).where(jobs.c.id == job_id).values(**values))


def end_lease(database: Database, job_id: str) -> None:
    set_columns(database, job_id, lease_until=lease_now() - 1)


def silence(database: Database, name: str) -> None:
    """Make the slot's last heartbeat a minute old."""
    with database.write() as connection:
        connection.execute(update(slots).where(slots.c.name == name).values(seen=lease_now() - 60))
