"""Live events: one task polls the outbox and hands each event to the listeners that it concerns."""

import asyncio
import json
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from typing import Any

from artifex.api.figures import Figures
from artifex.api.schemas import Progress
from artifex.errors import ArtifexError
from artifex.jobs.queue import Event, Queue
from artifex.jobs.state import ENDS
from artifex.logs import Outage

_AT_ONCE = 1000
_MOST_REPLAYED = 1000
_RETRY_SECONDS = 1.0
_BEHIND = 1 / 8
"""The share of the largest backlog above which a reader counts as falling behind."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """One event, serialized once for all its readers."""

    seq: int
    job_id: str
    """Empty for events of projects."""
    owner: str
    kind: str
    text: str
    """``{"type": "state" | "progress" | "deleted", "seq": int, "at": float, "job": {...}}``, or
    ``{"type": "project", "seq": int, "at": float, "project": {"id": str, "version": int}}`` after an edit."""
    is_last: bool
    """Whether this is the job's last event, unless the job is retried."""


class Overrun(Exception):
    """A listener's reader was so slow that its backlog grew beyond the limit."""


class Leaving(Exception):
    """The server is shutting down."""


class Listener:
    """The backlog of one reader. While it falls behind, newer progress of a job replaces older."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._waiting: dict[int, Message] = {}
        self._progress: dict[str, int] = {}
        """The ``seq`` of each job's latest progress."""
        self._bytes = 0
        self._news = asyncio.Event()
        self._ended: type[Exception] | None = None
        self._end = asyncio.Event()

    @property
    def overran(self) -> bool:
        return self._ended is Overrun

    def offer(self, message: Message) -> None:
        if self._ended is not None:
            return
        if message.kind == "progress":
            self._outdate(message)
        self._waiting[message.seq] = message
        self._bytes += len(message.text)
        if self._bytes > self._most:
            self.end(Overrun)
        self._news.set()

    def end(self, why: type[Exception]) -> None:
        """Make :meth:`take` raise ``why``; the backlog is discarded."""
        self._ended = self._ended or why
        self._end.set()
        self._waiting.clear()
        self._news.set()

    def _outdate(self, later: Message) -> None:
        before = self._progress.get(later.job_id)
        self._progress[later.job_id] = later.seq
        if self._bytes > self._most * _BEHIND and before is not None and before in self._waiting:
            self._bytes -= len(self._waiting.pop(before).text)

    async def take(self) -> list[Message]:
        """The whole backlog, oldest first; waits until there is one. Raises Overrun, Leaving."""
        await self._news.wait()
        self._news.clear()
        if self._ended is not None:
            self._news.set()
            raise self._ended
        taken = list(self._waiting.values())
        self._waiting.clear()
        self._progress.clear()
        self._bytes = 0
        return taken

    async def ended(self) -> None:
        """Wait for the listener's end, beside a task that may be blocked in sending."""
        await self._end.wait()


class Hub:
    """Polls the outbox and hands its events to the listeners."""

    def __init__(self, queue: Queue, figures: Figures, every_seconds: float, most_waiting_bytes: int) -> None:
        self._queue = queue
        self._figures = figures
        self._every = every_seconds
        self._most = most_waiting_bytes
        self._groups: dict[tuple[str | None, str | None], set[Listener]] = {}
        """By the owner and the job that they listen to; None: all."""
        self._seq = -1
        self._leaving = False
        self._queued: dict[str, float] = {}
        """When each waiting job was queued, if its event was seen."""

    async def run(self) -> None:
        """Poll until cancelled; an unreachable database is tried again."""
        outage = Outage(_log, "Reading events")
        while True:
            try:
                pause = await self._round()
                outage.over()
            except ArtifexError as error:
                outage.failed(error.message)
                pause = _RETRY_SECONDS
            except Exception:  # noqa: BLE001 - the boundary of this task: events must go on after a failure
                _log.exception("reading events failed")
                pause = _RETRY_SECONDS
            await asyncio.sleep(pause)

    @contextmanager
    def listening(self, owner: str | None = None, job_id: str | None = None) -> Iterator[Listener]:
        """A listener for one owner's jobs and projects (None: all owners), or for one job. It gets every event from now
        on; once the server shuts down, it raises Leaving."""
        listener = Listener(self._most)
        if self._leaving:  # disconnected clients reconnect at once, as long as this server still answers
            listener.end(Leaving)
        group = self._groups.setdefault((owner, job_id), set())
        group.add(listener)
        self._figures.sockets.inc()
        try:
            yield listener
        finally:
            group.discard(listener)
            if not group and self._groups.get((owner, job_id)) is group:
                del self._groups[owner, job_id]
            self._figures.sockets.dec()
            if listener.overran:
                self._figures.dropped_reader()

    def missed(self, after: int, owner: str | None, job_id: str | None) -> list[Message] | None:
        """The events after ``after``, the last one that a reader saw; None when the outbox no longer holds all of them,
        they are too many, or ``after`` is not reached yet. Reads the database; raises DatabaseUnreachable."""
        events = self._queue.events(after, _MOST_REPLAYED + 1, owner, job_id)
        oldest = self._queue.events(0, 1)  # read last, for old events may be pruned at any moment
        if after > self._queue.last_event() or not oldest or after < oldest[0].seq - 1:
            return None
        return None if len(events) > _MOST_REPLAYED else [_message(event) for event in events if event.is_known]

    def close(self) -> None:
        """End every listener, and each that comes later, with Leaving."""
        self._leaving = True
        for listener in self._everybody():
            listener.end(Leaving)

    async def _round(self) -> float:
        if self._seq < 0:
            self._seq = await asyncio.to_thread(self._queue.last_event)
        events = await asyncio.to_thread(self._queue.events, self._seq, _AT_ONCE)
        self._hand_out(events)
        return 0.0 if len(events) == _AT_ONCE else self._every

    def _hand_out(self, events: list[Event]) -> None:
        for event in events:
            if event.is_known:
                self._offer(_message(event))
                if event.kind != "project":
                    self._count(event)
            self._seq = event.seq
        self._figures.saw_events(len(events))

    def _offer(self, message: Message) -> None:
        for group in product((None, message.owner), (None, message.job_id)):
            for listener in self._groups.get(group, ()):
                listener.offer(message)

    def _count(self, event: Event) -> None:
        state = event.data["state"]
        if event.kind == "state" and state in ENDS:
            self._figures.saw_end(state)
        if state == "queued":
            self._queued.setdefault(event.job_id, event.at)  # editing a job repeats this event
        elif state != "dispatched":  # the slot may still die before the job starts
            since = self._queued.pop(event.job_id, None)
            if state == "running" and since is not None:
                self._figures.saw_wait(event.at - since)

    def _everybody(self) -> Iterable[Listener]:
        return [listener for group in self._groups.values() for listener in group]


def _message(event: Event) -> Message:
    about = "project" if event.kind == "project" else "job"
    data = event.data if about == "project" else _like_answers(event.data)
    body = {"type": event.kind, "seq": event.seq, "at": event.at, about: data}
    is_last = event.kind == "deleted" or event.data.get("state") in ENDS
    text = json.dumps(body, separators=(",", ":"))
    return Message(event.seq, event.job_id, event.owner, event.kind, text, is_last)


def _like_answers(job: dict[str, Any]) -> dict[str, Any]:
    """A job as in a snapshot or an answer, with what it does in ``progress``: readers have one way to read both."""
    others = {name: value for name, value in job.items() if name not in Progress.model_fields}
    return {**others, "progress": {name: job.get(name) for name in Progress.model_fields}}
