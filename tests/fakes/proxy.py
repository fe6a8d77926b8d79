"""A TCP proxy in front of a service, which resets, stalls and cuts connections as it is told to."""

import asyncio
import socket
import struct
import threading
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

_T = TypeVar("_T")
_PIECE = 2**16
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of a socket whose closing is a reset."""

Address = tuple[str, int] | Path
"""Host and port, or a Unix socket."""


class Proxy:
    """Passes connections to its port on to ``target``; all methods may be called from any thread."""

    def __init__(self, target: Address) -> None:
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._left_of_answers: int | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self.port = 0

    def __enter__(self) -> "Proxy":
        self._thread.start()
        self.allow()
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._leave())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def allow(self) -> None:
        """Take connections (again), on the same port as before."""
        self._do(self._listen())

    def refuse(self) -> None:
        """Reset what is open, and refuse what comes: the service is down."""
        self._do(self._close())

    def reset(self) -> None:
        """Reset what is open; what comes is served."""
        self._do(self._reset_all())

    def stall(self) -> None:
        """Pass nothing on, in either direction, and say nothing about it."""
        self._loop.call_soon_threadsafe(self._flowing.clear)

    def flow(self) -> None:
        self._loop.call_soon_threadsafe(self._flowing.set)

    def cut_answers_after(self, count: int) -> None:
        """Pass on so many more bytes of answers, then reset everything that is open, once."""
        self._left_of_answers = count

    def _do(self, work: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, reuse_address=True)
            self.port = int(self._server.sockets[0].getsockname()[1])

    async def _close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
        await self._reset_all()

    async def _reset_all(self) -> None:
        for writer in self._writers:
            _reset(writer)

    async def _leave(self) -> None:
        self._flowing.set()
        await self._close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        if others:
            await asyncio.wait(others, timeout=5)

    async def _serve(self, asks: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        self._writers.add(answers)
        there = None
        try:
            reader, there = await self._connect()
            self._writers.add(there)
            ways = [self._pass(asks, there, False), self._pass(reader, answers, True)]
            await asyncio.wait([asyncio.create_task(way) for way in ways], return_when=asyncio.FIRST_COMPLETED)
        except OSError:
            pass  # the service is away, which whoever connected sees by the reset
        finally:
            for writer in filter(None, (answers, there)):
                self._writers.discard(writer)
                _reset(writer)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self._target, Path):
            return await asyncio.open_unix_connection(self._target)
        return await asyncio.open_connection(*self._target)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, are_answers: bool) -> None:
        try:
            while data := await reader.read(_PIECE):
                await self._flowing.wait()
                cut = are_answers and self._left_of_answers is not None and len(data) > self._left_of_answers
                if are_answers and self._left_of_answers is not None:
                    data = data[: self._left_of_answers]
                    self._left_of_answers = None if cut else self._left_of_answers - len(data)
                writer.write(data)
                await writer.drain()
                if cut:
                    await self._reset_all()
                    return
        except OSError:
            pass  # one side is gone; the other is closed with it


def _reset(writer: asyncio.StreamWriter) -> None:
    """At once and without a farewell."""
    channel = writer.get_extra_info("socket")
    if channel.family != socket.AF_UNIX:
        with suppress(OSError):  # it is closed already
            channel.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()
