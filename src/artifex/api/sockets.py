"""WebSockets of events: first a snapshot or the missed events, then live ones."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from artifex.api.config import Limits
from artifex.api.feed import Feed
from artifex.api.hub import Leaving, Overrun

_NORMAL, _GOING_AWAY, _POLICY, _TOO_BIG, _TRY_AGAIN = 1000, 1001, 1008, 1009, 1013
_CHECK_SECONDS = 15.0
_PATIENCE_AT_CLOSE = 2.0


@dataclass(frozen=True, slots=True)
class _End:
    code: int
    reason: str


async def serve_socket(
    socket: WebSocket,
    feed: Feed,
    limits: Limits,
    still_valid: Callable[[], Awaitable[bool]],
) -> None:
    """Send a feed until it ends, the reader leaves or misbehaves, or their permission ends."""
    with feed.listening() as texts:
        first = await anext(texts)  # raises errors of the request before the socket is accepted
        subprotocol = "artifex" if "artifex" in socket.scope.get("subprotocols", ()) else None
        await socket.accept(subprotocol=subprotocol)
        going: tuple[Coroutine[Any, Any, _End | None], ...] = (
            _send(socket, first, texts),
            _read(socket, limits),
            _overrun(feed),
            _watch(still_valid),
        )
        ways = [asyncio.create_task(way) for way in going]
        try:
            done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            end = next(iter(done)).result()
        finally:
            await _stop(ways)
    await _close(socket, end)


async def _stop(ways: Sequence[asyncio.Task[_End | None]]) -> None:
    for way in ways:
        way.cancel()
    await asyncio.wait(ways)
    for way in ways:
        if not way.cancelled():
            way.exception()  # retrieved and ignored: the task that ended first decides


async def _send(socket: WebSocket, first: str, texts: AsyncIterator[str]) -> _End | None:
    try:
        await socket.send_text(first)
        async for text in texts:
            await socket.send_text(text)
    except (WebSocketDisconnect, RuntimeError):
        return None
    except Overrun:
        return _End(_TRY_AGAIN, "too slow")
    except Leaving:
        return _End(_GOING_AWAY, "the server is shutting down")
    return _End(_NORMAL, "the job is over")


async def _read(socket: WebSocket, limits: Limits) -> _End | None:
    """Answer ``ping``, all that a client may send; ends when it leaves or sends too much."""
    clock = asyncio.get_running_loop().time
    second, count = clock(), 0
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return None
        if clock() - second >= 1.0:
            second, count = clock(), 0
        count += 1
        if count > limits.socket_messages_a_second:
            return _End(_POLICY, "too many messages")
        if len(message.get("text") or message.get("bytes") or "") > limits.socket_frame_bytes:
            return _End(_TOO_BIG, "message too large")
        if _is_ping(message.get("text")):
            with suppress(RuntimeError):
                await socket.send_text('{"type":"pong"}')


def _is_ping(text: str | None) -> bool:
    if text is None or len(text) > 100:
        return False
    if text == "ping":
        return True
    try:
        return json.loads(text) == {"type": "ping"}
    except (ValueError, RecursionError):
        return False


async def _overrun(feed: Feed) -> _End:
    await feed.ended()
    return _End(_TRY_AGAIN, "too slow") if feed.overran else _End(_GOING_AWAY, "the server is shutting down")


async def _watch(still_valid: Callable[[], Awaitable[bool]]) -> _End:
    """Ends when the reader's token or account is no longer valid."""
    while await still_valid():
        await asyncio.sleep(_CHECK_SECONDS)
    return _End(_POLICY, "signed out")


async def _close(socket: WebSocket, end: _End | None) -> None:
    if end is None or socket.application_state is not WebSocketState.CONNECTED:
        return
    with suppress(RuntimeError, WebSocketDisconnect, TimeoutError):
        async with asyncio.timeout(_PATIENCE_AT_CLOSE):  # a client that reads nothing never answers the close frame
            await socket.close(end.code, end.reason)
