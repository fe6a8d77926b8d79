"""Snapshots of jobs for new listeners, read once for all who connect at the same time."""

import asyncio
import json
import time
from dataclasses import dataclass
from weakref import WeakValueDictionary

from artifex.api.schemas import job_answer
from artifex.jobs.queue import Queue
from artifex.jobs.state import StateName

MOST_JOBS = 200
_LIVE: tuple[StateName, ...] = ("scheduled", "queued", "dispatched", "running", "finalizing", "paused", "draft")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """``seq`` is the last event before it was taken; a reader needs all events after it."""

    seq: int
    text: str
    """``{"type": "snapshot", "seq": int, "jobs": [...], "complete": bool}``; of one job, ``"job": {...}`` instead."""
    taken: float
    """Time by the monotonic clock."""
    is_over: bool = False
    """For a snapshot of one job: whether it is over."""


class _Turn(asyncio.Lock):
    """Of the readers that wait for an owner's snapshot, who takes it or is given the ``latest``; lives as long as one
    waits."""

    latest: Snapshot | None = None


class Snapshots:
    """Snapshots by owner, shared by all readers that wait for one: a thousand may reconnect at once."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._turns: WeakValueDictionary[str | None, _Turn] = WeakValueDictionary()

    async def of_owner(self, owner: str | None, listening_since: float) -> Snapshot:
        """The owner's unfinished jobs, newest first, up to :data:`MOST_JOBS`. Raises DatabaseUnreachable.

        It is taken no earlier than ``listening_since``, so that no event between snapshot and listening is missed.
        """
        turn = self._turns.setdefault(owner, _Turn())
        async with turn:
            latest = turn.latest
            if latest is None or latest.taken < listening_since:
                latest = turn.latest = await asyncio.to_thread(self._take, owner)
        return latest

    async def of_job(self, job_id: str, owner: str | None) -> Snapshot:
        """A snapshot of one job. Raises NotFound, DatabaseUnreachable."""
        return await asyncio.to_thread(self._take_job, job_id, owner)

    def _take(self, owner: str | None) -> Snapshot:
        taken, seq = time.monotonic(), self._queue.last_event()
        page = self._queue.page(owner, states=_LIVE, limit=MOST_JOBS)
        jobs = [job_answer(job).model_dump(mode="json") for job in page.jobs]
        body = {"type": "snapshot", "seq": seq, "jobs": jobs, "complete": page.next_cursor is None}
        return Snapshot(seq, json.dumps(body, separators=(",", ":")), taken)

    def _take_job(self, job_id: str, owner: str | None) -> Snapshot:
        taken, seq = time.monotonic(), self._queue.last_event()
        job = self._queue.get(job_id, owner)
        answer = job_answer(job, self._queue.position(job)).model_dump(mode="json")
        body = {"type": "snapshot", "seq": seq, "job": answer}
        over = job.state_name not in _LIVE
        return Snapshot(seq, json.dumps(body, separators=(",", ":")), taken, over)
