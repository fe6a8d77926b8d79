"""Listeners: hundreds of WebSockets that record events and their delays, in a process of their own."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import uvloop
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

_OPENING = 50
"""Handshakes at a time; the others wait, as they would in the backlog of the server's socket."""
_DRAIN_SECONDS = 2.0


@dataclass(slots=True)
class Heard:
    """What one socket received, over all of its connections."""

    since: int = -1
    """``seq`` of the last event before its first snapshot."""
    events: list[int] = field(default_factory=list[int])
    """``seq`` of each event, in order of arrival."""
    delays: list[float] = field(default_factory=list[float])
    """Seconds from an event's ``at`` to its arrival; without events from before the connection, which are replayed."""


@dataclass(frozen=True, slots=True)
class Listened:
    heard: list[Heard]
    """One per socket; socket number n has token n modulo the number of tokens."""
    storm_seconds: float
    """From when all connections broke until the last socket was connected again and had its first message."""


def listen(port: int, tokens: Sequence[str], sockets: int, seconds: float) -> Listened:
    """Open the sockets and listen; then break all connections at once, reopen them, and listen for as long again."""
    return uvloop.run(_listen(port, tokens, sockets, seconds))


async def _listen(port: int, tokens: Sequence[str], sockets: int, seconds: float) -> Listened:
    turn = asyncio.Semaphore(_OPENING)
    readers = [_Reader(port, tokens[number % len(tokens)], turn) for number in range(sockets)]
    await asyncio.gather(*(reader.open() for reader in readers))
    await asyncio.sleep(seconds)
    began = time.perf_counter()
    for reader in readers:
        reader.drop()
    await asyncio.gather(*(reader.open() for reader in readers))
    storm_seconds = time.perf_counter() - began
    await asyncio.sleep(seconds + _DRAIN_SECONDS)
    for reader in readers:
        reader.drop()
    return Listened([reader.heard for reader in readers], storm_seconds)


class _Reader:
    """One socket that reconnects with the number of the last event it received."""

    def __init__(self, port: int, token: str, turn: asyncio.Semaphore) -> None:
        self.heard = Heard()
        self._address = f"ws://127.0.0.1:{port}/api/v1/events"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._turn = turn
        self._connection: ClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect; returns after the first message: a snapshot, or a notice that missed events follow."""
        seen = max((self.heard.since, *self.heard.events[-1:]))
        query = f"?after={seen}" if seen >= 0 else ""
        async with self._turn:
            self._connection = await connect(
                self._address + query, additional_headers=self._headers, compression=None, open_timeout=60
            )
            first = json.loads(await self._connection.recv())
        if first["type"] == "snapshot" and self.heard.since < 0:
            self.heard.since = first["seq"]
        self._reading = asyncio.create_task(self._read(self._connection, time.time()))

    def drop(self) -> None:
        """Abort the connection without a close frame, as when the network fails."""
        if self._connection is not None:
            self._connection.transport.abort()

    async def _read(self, connection: ClientConnection, opened: float) -> None:
        try:
            async for text in connection:
                now, message = time.time(), json.loads(text)
                self.heard.events.append(message["seq"])
                if message["at"] >= opened:
                    self.heard.delays.append(now - message["at"])
        except ConnectionClosed:
            return
