"""How much there is to do, in a few numbers."""

from dataclasses import dataclass

from sqlalchemy import func, select

from artifex.jobs.queue.rows import in_state, is_held
from artifex.jobs.state import HELD, StateName
from artifex.store.database import Database, wall_now
from artifex.store.tables.jobs import jobs

# Each reads a partial index of its own, so that the jobs that are over are never looked at.
_QUEUED = select(func.count(), wall_now() - func.min(jobs.c.queued_at)).where(in_state("queued"))
_SCHEDULED = select(func.count()).select_from(jobs).where(in_state("scheduled"))
_AT_WORK = select(jobs.c.state, func.count()).where(is_held).group_by(jobs.c.state)


@dataclass(frozen=True, slots=True)
class Overview:
    """Jobs that wait or run, by state, and how long the first in the queue has waited, in seconds."""

    by_state: dict[StateName, int]
    longest_wait: float


def overview(database: Database) -> Overview:
    """Quick with any number of jobs that are over. Raises DatabaseUnreachable."""
    with database.read() as connection:
        queued, wait = connection.execute(_QUEUED).one()
        counts: dict[StateName, int] = {"scheduled": connection.scalar(_SCHEDULED) or 0, "queued": queued}
        counts.update(dict.fromkeys(HELD, 0))
        counts.update((row[0], row[1]) for row in connection.execute(_AT_WORK))
    return Overview(counts, max(0.0, wait or 0.0))
