"""Names of slots: each is held by one supervisor at a time, on the database's clock, like a job by a lease.

Two machines of one name would otherwise be taken for one slot, and each would take the other's jobs for those of its
own dead process. Whoever holds a name is known by a random id of its start, its ``holder``.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, or_, select, update

from artifex.errors import Busy
from artifex.jobs.queue.records import Pace, Slot
from artifex.jobs.queue.slots import described, is_alive, is_barred, long_ago
from artifex.store.database import lease_now
from artifex.store.tables.jobs import slots

_CLOCK_SLACK = 5.0


def hold(connection: Connection, wanted: Sequence[Slot], before: Collection[str], pace: Pace) -> None:
    """Hold the names of all these slots, or prolong that. See :meth:`artifex.jobs.queue.Queue.hold`."""
    for slot in wanted:
        this = slots.c.name == slot.name
        if connection.scalar(select(slots.c.name).where(this, _is_anothers([slot.holder, *before], pace))) is not None:
            raise Busy(_taken(slot, pace))
        held = {"holder": slot.holder, "held_until": lease_now() + pace.lease}
        if connection.execute(update(slots).where(this).values(**held)).rowcount == 0:
            connection.execute(insert(slots).values(name=slot.name, **described(slot), seen=long_ago(pace), **held))


def release(connection: Connection, holder: str, pace: Pace) -> None:
    """Let go of the names. A slot that is paused or has device errors keeps its row, and so that status."""
    connection.execute(delete(slots).where(slots.c.holder == holder, ~is_barred()))
    free = {"holder": None, "held_until": None, "seen": long_ago(pace)}
    connection.execute(update(slots).where(slots.c.holder == holder).values(**free))


def _is_anothers(mine: Sequence[str], pace: Pace) -> ColumnElement[bool]:
    """Held by another, or, without a holder, alive as a worker of a former version. A hold far in the future is from
    before a reboot, which reset the clock."""
    longest = pace.lease + _CLOCK_SLACK
    held = and_(slots.c.held_until >= lease_now(), slots.c.held_until <= lease_now() + longest)
    return or_(and_(slots.c.holder.not_in(mine), held), and_(slots.c.holder.is_(None), is_alive(pace)))


def _taken(slot: Slot, pace: Pace) -> str:
    return (
        f"Another worker or server of this database works under the name {slot.host} and has the slot {slot.name}; "
        "stop it, or start one of the two under a name of its own (artifex worker --name). If the other was killed, "
        f"its name is free after {pace.lease:.0f} seconds."
    )
