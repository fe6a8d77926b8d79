"""Live events: one task reads the outbox, everybody who listens gets what is theirs."""

import asyncio
import json
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product

from artifex.api.figures import Figures
from artifex.errors import ArtifexError
from artifex.jobs.queue import Event, Queue
from artifex.jobs.state import ENDS

_AT_ONCE = 1000
_MOST_REPLAYED = 1000
_RETRY_SECONDS = 1.0
_BEHIND = 1 / 8
"""How full a reader's backlog is when it counts as one that falls behind."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """One event as it is sent: made into text once, whoever gets it."""

    seq: int
    job_id: str
    owner: str
    kind: str
    text: str
    """``{"type": "state" | "progress" | "deleted", "seq": int, "job": {...}}``"""
    is_last: bool
    """Nothing follows of this job unless somebody has it tried again."""


class Overrun(Exception):
    """A listener read so slowly that what waits for it is more than may."""


class Leaving(Exception):
    """The server is shutting down."""


class Listener:
    """What waits for one reader. Of one that falls behind, progress that a later one of its job outdates is dropped."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._waiting: dict[int, Message] = {}
        self._progress: dict[str, int] = {}
        """Of each job, its last progress among them."""
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
        """Have :meth:`take` raise, whatever waits."""
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
        """All that waits, oldest first; waits for the first. Raises Overrun, Leaving."""
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
        """Returns when the listener is ended, for whoever is busy sending meanwhile."""
        await self._end.wait()


class Hub:
    """Knows who listens, and how far the outbox has been read."""

    def __init__(self, queue: Queue, figures: Figures, every_seconds: float, most_waiting_bytes: int) -> None:
        self._queue = queue
        self._figures = figures
        self._every = every_seconds
        self._most = most_waiting_bytes
        self._groups: dict[tuple[str | None, str | None], set[Listener]] = {}
        """By whose jobs they want to hear of, and of which; None: of all."""
        self._seq = -1
        self._leaving = False
        self._queued: dict[str, float] = {}
        """When each job that waits was queued, as far as it was heard of."""

    async def run(self) -> None:
        """Read and hand out until cancelled; a database that does not answer is asked again."""
        while True:
            try:
                pause = await self._round()
            except ArtifexError as error:
                _log.warning("no events for now: %s", error.message)
                pause = _RETRY_SECONDS
            except Exception:  # noqa: BLE001 - the door of this task: without it nobody would hear of anything any more
                _log.exception("reading events failed")
                pause = _RETRY_SECONDS
            await asyncio.sleep(pause)

    @contextmanager
    def listening(self, owner: str | None = None, job_id: str | None = None) -> Iterator[Listener]:
        """A listener for one owner's jobs (None: everybody's), or for one job. Holds every event from now on; of a
        server that leaves there are none."""
        listener = Listener(self._most)
        if self._leaving:  # who was told so comes back at once, to whoever still answers
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
        """What came after an event that a reader has seen; None when the outbox does not reach back so far, or
        forward, or holds too much of it. Reads the database; raises DatabaseUnreachable."""
        events = self._queue.events(after, _MOST_REPLAYED + 1, owner, job_id)
        oldest = self._queue.events(0, 1)  # afterwards, for old ones are forgotten at any moment
        if after > self._queue.last_event() or not oldest or after < oldest[0].seq - 1:
            return None
        return None if len(events) > _MOST_REPLAYED else [_message(event) for event in events]

    def close(self) -> None:
        """Tell every listener that the server leaves, and whoever comes from now on."""
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
            message = _message(event)
            for group in product((None, message.owner), (None, message.job_id)):
                for listener in self._groups.get(group, ()):
                    listener.offer(message)
            self._count(event)
            self._seq = event.seq
        self._figures.saw_events(len(events))

    def _count(self, event: Event) -> None:
        state = event.data["state"]
        if event.kind == "state" and state in ENDS:
            self._figures.saw_end(state)
        if state == "queued":
            self._queued.setdefault(event.job_id, event.at)  # it is told again when it is edited
        elif state != "dispatched":  # a slot was found, which may still die before it begins
            since = self._queued.pop(event.job_id, None)
            if state == "running" and since is not None:
                self._figures.saw_wait(event.at - since)

    def _everybody(self) -> Iterable[Listener]:
        return [listener for group in self._groups.values() for listener in group]


def _message(event: Event) -> Message:
    body = {"type": event.kind, "seq": event.seq, "at": event.at, "job": event.data}
    is_last = event.kind == "deleted" or event.data.get("state") in ENDS
    text = json.dumps(body, separators=(",", ":"))
    return Message(event.seq, event.job_id, event.owner, event.kind, text, is_last)
