"""Counts of jobs that wait or run."""

from dataclasses import dataclass

from sqlalchemy import func, select

from artifex.jobs.queue.rows import in_state, is_held
from artifex.jobs.state import HELD, StateName
from artifex.store.database import Database, wall_now
from artifex.store.tables.jobs import jobs

# Each query uses a partial index, so that finished jobs are never read.
_QUEUED = select(func.count(), wall_now() - func.min(jobs.c.queued_at)).where(in_state("queued"))
_SCHEDULED = select(func.count()).select_from(jobs).where(in_state("scheduled"))
_AT_WORK = select(jobs.c.state, func.count()).where(is_held).group_by(jobs.c.state)


@dataclass(frozen=True, slots=True)
class Overview:
    """Jobs that wait or run, by state, and how long the first in the queue has waited, in seconds."""

    by_state: dict[StateName, int]
    longest_wait: float


def overview(database: Database) -> Overview:
    """Fast however many finished jobs there are. Raises DatabaseUnreachable."""
    with database.read() as connection:
        queued, wait = connection.execute(_QUEUED).one()
        counts: dict[StateName, int] = {"scheduled": connection.scalar(_SCHEDULED) or 0, "queued": queued}
        counts.update(dict.fromkeys(HELD, 0))
        counts.update((row[0], row[1]) for row in connection.execute(_AT_WORK))
    return Overview(counts, max(0.0, wait or 0.0))
