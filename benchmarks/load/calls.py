"""HTTP load generator: a number of connections, each of which sends its next request when the last was answered.

Runs in a process of its own and does little per request, as it shares the CPU with the server that it measures.
"""

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, cycle
from typing import cast
from uuid import uuid4

import uvloop

_KEY = b"@key@"
_LENGTH = re.compile(rb"\r\ncontent-length: ?([0-9]+)", re.IGNORECASE)
_END_OF_HEAD = b"\r\n\r\n"


@dataclass(slots=True)
class Answers:
    """Answers to requests sent after the warm-up; ``latencies`` in seconds."""

    seconds: float
    latencies: list[float] = field(default_factory=list[float])
    refused: int = 0
    """Number of answers whose status is not 2xx, those of the warm-up included."""
    bodies: list[bytes] = field(default_factory=list[bytes])

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds


def request(method: str, path: str, token: str = "", body: bytes = b"", key: bool = False) -> bytes:
    """A request's bytes; with ``key``, a new idempotency key is inserted each time it is sent."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if key:
        lines.append(f"Idempotency-Key: {_KEY.decode()}")
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def ask_steadily(
    port: int, requests: Sequence[bytes], connections: int, seconds: float, warm_up: float, rate: float | None = None
) -> Answers:
    """Send the requests in a cycle for so many seconds: as fast as they are answered, or at ``rate`` per second.

    At a rate, latencies count from when a request was due, so that a slow answer shows in all requests that it delays.
    """
    return uvloop.run(_ask_steadily(port, requests, connections, seconds, warm_up, rate))


def ask_at_once(port: int, requests: Sequence[bytes], addresses: Sequence[str]) -> Answers:
    """Send each request once, all at the same time, from these addresses in turn; returns their bodies, in order."""
    return uvloop.run(_ask_at_once(port, requests, addresses))


async def _ask_steadily(
    port: int, requests: Sequence[bytes], connections: int, seconds: float, warm_up: float, rate: float | None
) -> Answers:
    answers, turns, now = Answers(seconds), cycle(requests), time.perf_counter()
    begin = now + warm_up
    due = None if rate is None else count(now, 1 / rate)
    clients = [_Client(turns, answers, begin, begin + seconds, due=due) for _ in range(connections)]
    loop = asyncio.get_running_loop()
    for client in clients:
        await loop.create_connection(lambda client=client: client, "127.0.0.1", port)
    await asyncio.gather(*(client.over for client in clients))
    return answers


async def _ask_at_once(port: int, requests: Sequence[bytes], addresses: Sequence[str]) -> Answers:
    loop, now = asyncio.get_running_loop(), time.perf_counter()
    answers = [Answers(0.0) for _ in requests]
    clients = [
        _Client(iter([one]), mine, now, float("inf"), keeps=True) for one, mine in zip(requests, answers, strict=True)
    ]
    for client, address in zip(clients, cycle(addresses), strict=False):
        await loop.create_connection(lambda client=client: client, "127.0.0.1", port, local_addr=(address, 0))
    await asyncio.gather(*(client.over for client in clients))
    return Answers(
        time.perf_counter() - now,
        [latency for each in answers for latency in each.latencies],
        sum(each.refused for each in answers),
        [body for each in answers for body in each.bodies],
    )


class _Client(asyncio.Protocol):
    """One connection. It records requests sent and answered between ``begin`` and ``end``, and stops at ``end``."""

    def __init__(
        self,
        requests: Iterator[bytes],
        answers: Answers,
        begin: float,
        end: float,
        *,
        keeps: bool = False,
        due: Iterator[float] | None = None,
    ) -> None:
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._requests, self._answers, self._begin, self._end, self._keeps = requests, answers, begin, end, keeps
        self._due = due
        self._received = b""
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's class is not derived from it
        self._next()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(_END_OF_HEAD)
        if not found:
            return
        length = _LENGTH.search(head)
        if len(body) < (int(length[1]) if length else 0):
            return
        self._received = b""
        self._note(head, body)
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.over.done():
            self.over.set_exception(exc or ConnectionError("the server closed the connection"))

    def _next(self) -> None:
        now = time.perf_counter()
        self._sent = now if self._due is None else next(self._due)
        if self._sent > now:
            asyncio.get_running_loop().call_later(self._sent - now, self._send)
        else:
            self._send()

    def _send(self) -> None:
        wanted = next(self._requests, None) if self._sent < self._end else None
        if wanted is None:
            self.over.set_result(None)
            self._transport.close()
            return
        self._transport.write(wanted.replace(_KEY, uuid4().hex.encode()) if _KEY in wanted else wanted)

    def _note(self, head: bytes, body: bytes) -> None:
        now = time.perf_counter()
        if self._begin <= self._sent and now <= self._end:
            self._answers.latencies.append(now - self._sent)
        if not head.startswith(b"HTTP/1.1 2"):
            self._answers.refused += 1
        if self._keeps:
            self._answers.bodies.append(body)
