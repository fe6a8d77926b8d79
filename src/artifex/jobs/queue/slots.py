"""Slots: which are alive, and which are idle."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, exists, insert, or_, select, update

from artifex.errors import Busy, NotFound
from artifex.jobs.queue.outbox import change
from artifex.jobs.queue.records import Pace, Slot
from artifex.jobs.queue.rows import in_state, is_held
from artifex.jobs.schedule import Idle
from artifex.store.database import lease_now
from artifex.store.tables.jobs import jobs, slots

_AS_ANNOUNCED = ("name", "host", "device", "kinds", "experts", "resident", "facts")
_LIFE_SIGNS = 3
"""Missed heartbeats after which a slot counts as dead."""
_MOST_DEVICE_ERRORS = 2
"""Device errors in a row after which a slot gets no work until an administrator resumes it."""


def announce(connection: Connection, slot: Slot, resident: str, facts: dict[str, Any], pace: Pace) -> None:
    values = {**described(slot), "resident": resident, "facts": facts}
    here = update(slots).where(*_is(slot.name, slot.holder)).values(**values, seen=lease_now())
    if connection.execute(here).rowcount != 0:
        return
    if not connection.scalar(select(is_free_for(slot.holder, slot.name))):
        raise Busy(f"The name of the slot {slot.name} is another worker's now.")
    held = {"holder": slot.holder, "held_until": lease_now() + pace.lease} if slot.holder else {}
    connection.execute(insert(slots).values(name=slot.name, **values, seen=lease_now(), **held))


def described(slot: Slot) -> dict[str, Any]:
    return {"host": slot.host, "device": slot.device, "experts": slot.experts, "kinds": list(slot.kinds)}


def withdraw(connection: Connection, name: str, holder: str, pace: Pace) -> None:
    """Queue a job dispatched to it again; a running attempt ends by itself or with its lease. A slot that is paused
    or has device errors keeps its row, and so that status, for when it returns."""
    give_back(connection, jobs.c.slot == name, is_free_for(holder, name))
    connection.execute(delete(slots).where(*_is(name, holder), ~is_barred()))
    mark_dead(connection, name, holder, pace)


def mark_dead(connection: Connection, name: str, holder: str, pace: Pace) -> None:
    """Give the slot no work until it announces itself again."""
    connection.execute(update(slots).where(*_is(name, holder)).values(seen=long_ago(pace), resident=""))


def is_free_for(holder: str, name: str) -> ColumnElement[bool]:
    """Whether no other supervisor has this name, not even one that was not heard of for long."""
    return ~exists().where(slots.c.name == name, slots.c.holder.is_not(None), slots.c.holder != holder)


def _is(name: str, holder: str) -> tuple[ColumnElement[bool], ...]:
    """The row of this name, unless the name is another supervisor's."""
    return (slots.c.name == name, or_(slots.c.holder.is_(None), slots.c.holder == holder))


def long_ago(pace: Pace) -> ColumnElement[float]:
    """When a slot that is dead was last seen."""
    return lease_now() - 2 * _LIFE_SIGNS * pace.heartbeat


def give_back(connection: Connection, *conditions: ColumnElement[bool]) -> list[str]:
    """Queue dispatched jobs again; returns the slots that had not claimed them."""
    given = select(jobs.c.number, jobs.c.slot).where(is_held, in_state("dispatched"), *conditions)
    found = connection.execute(given).all()
    if found:
        numbers = jobs.c.number.in_([row.number for row in found])
        change(connection, numbers, state="queued", slot=None, lease_until=None)
    return [row.slot for row in found]


def pause_slot(connection: Connection, name: str, paused: bool) -> None:
    """Pausing also queues a job dispatched to the slot again; resuming resets its device errors. Raises NotFound."""
    changed = update(slots).where(slots.c.name == name).values(paused=paused)
    if paused:
        give_back(connection, jobs.c.slot == name)
    else:
        changed = changed.values(device_errors=0)
    if connection.execute(changed).rowcount == 0:
        raise NotFound(f"There is no slot {name[:40]!r}.")


def count_device_error(connection: Connection, name: str) -> None:
    connection.execute(update(slots).where(slots.c.name == name).values(device_errors=slots.c.device_errors + 1))


def forgive_device_errors(connection: Connection, name: str) -> None:
    connection.execute(update(slots).where(slots.c.name == name, slots.c.device_errors > 0).values(device_errors=0))


def idle_slots(connection: Connection, pace: Pace) -> list[Idle]:
    """Slots that are alive, not paused, without repeated device errors and without a job."""
    return [Idle(row.name, tuple(row.kinds), row.resident, row.experts) for row in connection.execute(_free(pace))]


def list_slots(connection: Connection, pace: Pace) -> list[dict[str, Any]]:
    held = select(jobs.c.slot, jobs.c.id).where(is_held)
    job_of = {row.slot: row.id for row in connection.execute(held)}
    everything = select(slots, is_alive(pace).label("alive"), is_barred().label("barred")).order_by(slots.c.name)
    return [
        {
            **{name: row[name] for name in _AS_ANNOUNCED},
            "device_errors": row["device_errors"],
            "alive": bool(row["alive"]),
            "paused": bool(row["barred"]),
            "job": job_of.get(row["name"]),
        }
        for row in connection.execute(everything).mappings()
    ]


def host_of(connection: Connection, name: str) -> str:
    """The slot's host; the slot's own name if the slot is gone."""
    return connection.scalar(select(slots.c.host).where(slots.c.name == name)) or name


@cache
def _free(pace: Pace) -> Select[Any, Any, Any, Any]:
    """Cached, because it is used with every new job."""
    busy = exists().where(jobs.c.slot == slots.c.name, is_held)
    known = select(slots.c.name, slots.c.kinds, slots.c.resident, slots.c.experts).order_by(slots.c.name)
    return known.where(is_alive(pace), ~is_barred(), ~busy)


def is_alive(pace: Pace) -> ColumnElement[bool]:
    """A heartbeat far in the future is from before a reboot, which reset the clock."""
    longest = _LIFE_SIGNS * pace.heartbeat
    return and_(slots.c.seen >= lease_now() - longest, slots.c.seen <= lease_now() + longest)


def is_barred() -> ColumnElement[bool]:
    return slots.c.paused | (slots.c.device_errors >= _MOST_DEVICE_ERRORS)
