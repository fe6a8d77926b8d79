"""How much there is to do, in a few numbers."""

from dataclasses import dataclass

from sqlalchemy import func, select

from artifex.jobs.state import StateName
from artifex.store.database import Database, wall_now
from artifex.store.tables.jobs import jobs

_LIVE: tuple[StateName, ...] = ("scheduled", "dispatched", "running", "finalizing")


@dataclass(frozen=True, slots=True)
class Overview:
    """Jobs that wait or run, by state, and how long the first in the queue has waited, in seconds."""

    by_state: dict[StateName, int]
    longest_wait: float

    @property
    def depth(self) -> int:
        return self.by_state["queued"]


def overview(database: Database) -> Overview:
    """Quick with any number of jobs that are over. Raises DatabaseUnreachable."""
    live = select(jobs.c.state, func.count()).where(jobs.c.state.in_(_LIVE)).group_by(jobs.c.state)
    waiting = select(func.count(), wall_now() - func.min(jobs.c.queued_at)).where(jobs.c.state == "queued")
    with database.read() as connection:
        counts: dict[StateName, int] = dict.fromkeys(_LIVE, 0)
        counts.update((row[0], row[1]) for row in connection.execute(live))
        queued, wait = connection.execute(waiting).one()
    return Overview({**counts, "queued": queued}, max(0.0, wait or 0.0))
