"""Dispatches queued jobs to idle slots: the database side of the policy in :mod:`artifex.jobs.schedule`."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select, update

from artifex.catalog.execution import Experts
from artifex.jobs.queue.outbox import change
from artifex.jobs.queue.records import Pace
from artifex.jobs.queue.rows import in_state, is_held
from artifex.jobs.queue.slots import idle_slots
from artifex.jobs.schedule import AGEING_SECONDS, LOOKAHEAD, MOST_AGEING, Choice, Idle, Lane, Waiting, choose, next_lane
from artifex.store.database import lease_now, wall_now
from artifex.store.tables.jobs import jobs, turns


def dispatch(connection: Connection, pace: Pace, but: Collection[str] = ()) -> list[tuple[str, str]]:
    """Dispatch jobs to all idle slots except those in ``but``; returns (slot, job id) of each job dispatched."""
    idle = [slot for slot in idle_slots(connection, pace) if slot.name not in but]
    if not idle:
        return []
    now: float = connection.scalar(select(wall_now()))  # pyright: ignore[reportAssignmentType] - never null
    given: list[tuple[str, str]] = []
    while idle and (lanes := _lanes(connection, now, idle)):
        served = _serve(connection, now, lanes, idle, pace)
        if not served:
            break
        given += served
    return given


def dispatched(connection: Connection) -> list[tuple[str, str]]:
    """(Slot, job id) of each job that is dispatched but not claimed yet."""
    rows = connection.execute(select(jobs.c.slot, jobs.c.id).where(is_held, in_state("dispatched")))
    return [(row.slot, row.id) for row in rows]


def _serve(
    connection: Connection, now: float, lanes: list[Lane], idle: list[Idle], pace: Pace
) -> list[tuple[str, str]]:
    """Dispatch jobs of these lanes while idle slots suit them; removes the slots it uses from ``idle``."""
    given: list[tuple[str, str]] = []
    while (lane := next_lane(lanes, idle)) is not None:
        choice = choose(_heads(connection, now, lane, idle), idle)
        if choice is None:
            lanes.remove(lane)
            continue
        turn = _give(connection, lane.owner, choice, pace)
        given.append((choice.slot.name, choice.job.id))
        idle.remove(choice.slot)
        lanes = [replace(other, last_turn=turn) if other.owner == lane.owner else other for other in lanes]
    return given


def _lanes(connection: Connection, now: float, idle: Sequence[Idle]) -> list[Lane]:
    """The lanes of the highest tier that has a job for these slots; lower tiers follow once it is served."""
    tier = _effective_tier(now)
    fits = (in_state("queued"), _for_any(idle))
    highest = connection.scalar(select(func.max(tier)).where(*fits))
    columns = (jobs.c.owner, jobs.c.kind, jobs.c.wanted_slot, jobs.c.expert)
    mine = select(*columns).where(*fits, tier == highest).distinct().subquery()
    last_turn = func.coalesce(turns.c.turn, 0)
    rows = connection.execute(select(mine, last_turn).outerjoin(turns, turns.c.owner == mine.c.owner))
    return [Lane(owner, highest or 0, kind, wanted, turn, expert) for owner, kind, wanted, expert, turn in rows]


def _heads(connection: Connection, now: float, lane: Lane, idle: Sequence[Idle]) -> list[Waiting]:
    """The first jobs of the lane's owner in its tier."""
    mine = (in_state("queued"), jobs.c.owner == lane.owner, _effective_tier(now) == lane.tier, _for_any(idle))
    columns = (jobs.c.id, jobs.c.kind, jobs.c.model, jobs.c.wanted_slot, jobs.c.passed, jobs.c.expert)
    order = (jobs.c.priority.desc(), jobs.c.place, jobs.c.number)
    return [
        Waiting(*row) for row in connection.execute(select(*columns).where(*mine).order_by(*order).limit(LOOKAHEAD + 1))
    ]


def _give(connection: Connection, owner: str, choice: Choice, pace: Pace) -> int:
    """Dispatch the chosen job; returns the number of the turn that this counts as for the owner."""
    until = lease_now() + pace.claim
    change(connection, jobs.c.id == choice.job.id, state="dispatched", slot=choice.slot.name, lease_until=until)
    if choice.passed_over:
        counted = update(jobs).where(jobs.c.id.in_(choice.passed_over)).values(passed=jobs.c.passed + 1)
        connection.execute(counted)
    turn = (connection.scalar(select(func.max(turns.c.turn))) or 0) + 1
    if connection.execute(update(turns).where(turns.c.owner == owner).values(turn=turn)).rowcount == 0:
        connection.execute(turns.insert().values(owner=owner, turn=turn))
    return turn


def _effective_tier(now: float) -> ColumnElement[int]:
    steps = [(jobs.c.queued_at > now - (waited + 1) * AGEING_SECONDS, waited) for waited in range(MOST_AGEING)]
    return jobs.c.tier + case(*steps, else_=MOST_AGEING)


def _for_any(idle: Sequence[Idle]) -> ColumnElement[bool]:
    """Jobs that at least one of the slots may do."""
    alike: dict[tuple[tuple[str, ...], Experts], list[str]] = {}
    for slot in idle:
        alike.setdefault((slot.kinds, slot.experts), []).append(slot.name)
    free = jobs.c.wanted_slot.is_(None)
    return or_(
        *(
            and_(_does(kinds, experts), free | jobs.c.wanted_slot.in_(names))
            for (kinds, experts), names in alike.items()
        )
    )


def _does(kinds: tuple[str, ...], experts: Experts) -> ColumnElement[bool]:
    does = jobs.c.kind.in_(kinds)
    return does if experts == "both" else and_(does, or_(jobs.c.kind != "generate", jobs.c.expert == experts))
