"""The scheduling policy: which job is next, and on which slot. Works on plain data, without a database or a clock.

1. Of the jobs that an idle slot may do, those of the highest *effective tier*: their tier, plus one for each ten
   minutes waited, up to five.
2. Of their owners, the one whose last turn is longest ago.
3. Of that owner's jobs, the first by priority, then by place; or, if that one would have to evict another model, one of
   the next 32 whose model is in the memory of an idle slot. A job counts how often it is passed over, and after 32
   times no other goes before it: once it is first, it starts 33rd at the latest.
"""

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from artifex.catalog.execution import Expert, Experts
from artifex.errors import BadInput
from artifex.jobs.state import Kind

AGEING_SECONDS = 600.0
MOST_AGEING = 5
LOOKAHEAD = 32


@dataclass(frozen=True, slots=True)
class Lane:
    """Waiting jobs with the same owner, tier, kind, wanted slot and expert: all that decides whose turn it is."""

    owner: str
    tier: int
    """The effective tier."""
    kind: Kind
    wanted_slot: str | None
    last_turn: int
    """The number of the owner's last turn; 0 if there was none."""
    expert: Expert | None = None
    """See :attr:`artifex.jobs.queue.JobRow.expert`."""


@dataclass(frozen=True, slots=True)
class Waiting:
    id: str
    kind: Kind
    model: str
    wanted_slot: str | None
    passed: int
    expert: Expert | None = None


@dataclass(frozen=True, slots=True)
class Idle:
    """A slot that is alive and has no job."""

    name: str
    kinds: tuple[Kind, ...]
    resident: str
    """The model in its memory; empty if none."""
    experts: Experts = "both"

    def may_do(self, job: "Waiting | Lane") -> bool:
        if self.experts != "both" and job.kind == "generate" and job.expert != self.experts:
            return False
        return job.kind in self.kinds and job.wanted_slot in (None, self.name)


@dataclass(frozen=True, slots=True)
class Choice:
    job: Waiting
    slot: Idle
    passed_over: tuple[str, ...]
    """Ids of the jobs ahead of it that were passed over."""


def next_lane(lanes: Iterable[Lane], idle: Sequence[Idle]) -> Lane | None:
    """The lane that is served next; None if no slot suits any."""
    order = sorted(lanes, key=lambda lane: (-lane.tier, lane.last_turn, lane.owner))
    return next((lane for lane in order if any(slot.may_do(lane) for slot in idle)), None)


def choose(queue: Sequence[Waiting], idle: Sequence[Idle]) -> Choice | None:
    """The next job and its slot. ``queue``: one owner's jobs in one tier, in order."""
    queue = [job for job in queue[: LOOKAHEAD + 1] if any(slot.may_do(job) for slot in idle)]
    if not queue:
        return None
    first = queue[0]
    at_home = _slot_with_model(first, idle)
    if at_home is not None:
        return Choice(first, at_home, ())
    spare = _slot_nobody_needs(first, queue, idle)
    if spare is not None:
        return Choice(first, spare, ())
    for place, job in enumerate(queue):
        slot = _slot_with_model(job, idle)
        if slot is not None:
            return Choice(job, slot, tuple(one.id for one in queue[:place]))
        if job.passed >= LOOKAHEAD:
            break
    return Choice(first, next(slot for slot in idle if slot.may_do(first)), ())


def _slot_with_model(job: Waiting, idle: Sequence[Idle]) -> Idle | None:
    """A slot that has the job's model in memory; None for a job without a model."""
    return next((slot for slot in idle if job.model and slot.resident == job.model and slot.may_do(job)), None)


def _slot_nobody_needs(job: Waiting, queue: Sequence[Waiting], idle: Sequence[Idle]) -> Idle | None:
    """A slot whose model no waiting job of this owner uses, preferably without a model. A job that needs no model may
    go to any slot."""
    wanted = {other.model for other in queue if other.model}
    free = [slot for slot in idle if slot.may_do(job) and (not job.model or slot.resident not in wanted)]
    return min(free, key=lambda slot: (slot.resident in wanted, slot.resident != ""), default=None)


_WINDOW = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")


def check_window(window: str) -> None:
    """Raises BadInput unless it reads like ``22:00-06:00``."""
    _minutes(window)


def is_open(window: str, now: float) -> bool:
    """Whether ``now`` (seconds since 1970) is in the daily window, in this machine's local time. A window may pass
    midnight; one with equal ends lasts all day."""
    begin, end = _minutes(window)
    local = time.localtime(now)
    minute = local.tm_hour * 60 + local.tm_min
    if begin < end:
        return begin <= minute < end
    return minute >= begin or minute < end


def _minutes(window: str) -> tuple[int, int]:
    found = _WINDOW.fullmatch(window)
    if found is None:
        raise BadInput(f"{window[:40]!r} is no daily window; write it like 22:00-06:00.")
    hours = [int(part) for part in found.groups()]
    return hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
