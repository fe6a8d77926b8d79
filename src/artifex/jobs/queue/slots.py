"""Slots: which are alive, and which are idle."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, exists, insert, select, update

from artifex.errors import NotFound
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


def announce(connection: Connection, slot: Slot, resident: str, facts: dict[str, Any]) -> None:
    told = {name: getattr(slot, name) for name in ("host", "device", "experts")}
    values = {**told, "kinds": list(slot.kinds), "resident": resident, "facts": facts}
    here = update(slots).where(slots.c.name == slot.name).values(**values, seen=lease_now())
    if connection.execute(here).rowcount == 0:
        connection.execute(insert(slots).values(name=slot.name, **values, seen=lease_now()))


def withdraw(connection: Connection, name: str, pace: Pace) -> None:
    """Queue a job dispatched to it again; a running attempt ends by itself or with its lease. A slot that is paused
    or has device errors keeps its row, and so that status, for when it returns."""
    give_back(connection, jobs.c.slot == name)
    connection.execute(delete(slots).where(slots.c.name == name, ~_is_barred()))
    mark_dead(connection, name, pace)


def mark_dead(connection: Connection, name: str, pace: Pace) -> None:
    """Give the slot no work until it announces itself again."""
    long_ago = lease_now() - 2 * _LIFE_SIGNS * pace.heartbeat
    connection.execute(update(slots).where(slots.c.name == name).values(seen=long_ago, resident=""))


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
    everything = select(slots, _is_alive(pace).label("alive"), _is_barred().label("barred")).order_by(slots.c.name)
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
    return known.where(_is_alive(pace), ~_is_barred(), ~busy)


def _is_alive(pace: Pace) -> ColumnElement[bool]:
    """A heartbeat far in the future is from before a reboot, which reset the clock."""
    longest = _LIFE_SIGNS * pace.heartbeat
    return and_(slots.c.seen >= lease_now() - longest, slots.c.seen <= lease_now() + longest)


def _is_barred() -> ColumnElement[bool]:
    return slots.c.paused | (slots.c.device_errors >= _MOST_DEVICE_ERRORS)
