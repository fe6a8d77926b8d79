"""The events for one reader: where they begin, which they are, and when they end."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

from artifex.api.hub import Hub, Listener, Message
from artifex.api.snapshots import Snapshot, Snapshots


class Feed:
    """JSON texts to send to one reader: a snapshot, or the events after ``after``; then live events.

    The feed of one job ends with the job's last event.
    """

    def __init__(
        self, hub: Hub, snapshots: Snapshots, owner: str | None, job_id: str | None = None, after: int | None = None
    ) -> None:
        self._hub = hub
        self._snapshots = snapshots
        self._owner = owner
        self._job_id = job_id
        self._after = after
        self._listener: Listener | None = None
        self._since = 0.0
        self.told_all = False
        """Whether the reader had seen the job's last event before; known with the first text."""

    @contextmanager
    def listening(self) -> Iterator[AsyncIterator[str]]:
        """The texts; no event that happens within the block is missed. Iterating raises NotFound (before the first
        text), DatabaseUnreachable, Overrun, Leaving."""
        with self._hub.listening(self._owner, self._job_id) as listener:
            self._listener, self._since = listener, time.monotonic()
            yield self._texts(listener)

    async def ended(self) -> None:
        """Wait until the reader is too slow or the server shuts down."""
        assert self._listener is not None
        await self._listener.ended()

    @property
    def overran(self) -> bool:
        return self._listener is not None and self._listener.overran

    async def _texts(self, listener: Listener) -> AsyncIterator[str]:
        snapshot = await self._snapshot() if self._job_id is not None or self._after is None else None
        missed = await self._missed()
        self.told_all = snapshot is not None and snapshot.is_over and missed == []
        if missed is not None and not self.told_all:
            seq, over = self._after or 0, False
            yield f'{{"type":"resumed","seq":{seq}}}'
            for message in missed:
                yield message.text
                seq, over = message.seq, self._is_end(message)
        else:
            snapshot = snapshot or await self._snapshot()
            yield snapshot.text
            seq, over = snapshot.seq, snapshot.is_over
        del snapshot, missed  # large, and a reader may listen for days
        while not over:
            for message in await listener.take():
                if message.seq > seq and not over:
                    yield message.text
                    over = self._is_end(message)

    def _is_end(self, message: Message) -> bool:
        return self._job_id is not None and message.is_last

    async def _missed(self) -> list[Message] | None:
        if self._after is None:
            return None
        return await asyncio.to_thread(self._hub.missed, self._after, self._owner, self._job_id)

    async def _snapshot(self) -> Snapshot:
        if self._job_id is None:
            return await self._snapshots.of_owner(self._owner, self._since)
        return await self._snapshots.of_job(self._job_id, self._owner)
