"""Server-sent events: the same feed for readers without WebSockets."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import Any

from starlette.responses import Response, StreamingResponse

from artifex.api.feed import Feed
from artifex.api.hub import Leaving, Overrun
from artifex.errors import ArtifexError

_PAUSE_SECONDS = 15.0
"""After which a keep-alive is due, and the reader's credentials are checked again."""
EVENT_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {}}},
    204: {"description": "You have seen the job's last event; there is nothing more to come."},
}
"""The responses of such a route, for its description."""
_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


async def sse(feed: Feed, still_valid: Callable[[], Awaitable[bool]], *, reopened: bool = False) -> Response:
    """The feed as ``text/event-stream``; each event's ``id`` is its ``seq``, so that browsers resume by themselves. It
    ends when ``still_valid`` says that the reader may not have it any more.

    ``reopened``: a browser has come back, as it does after every end of a stream. Once it has seen the job's last
    event, it gets 204, which tells it to stop. Raises NotFound, DatabaseUnreachable before anything is sent.
    """
    stream = _stream(feed, still_valid)
    await anext(stream)  # opens the feed, so that its errors become ordinary answers
    if reopened and feed.told_all:
        await stream.aclose()
        return Response(status_code=204)
    return StreamingResponse(stream, media_type="text/event-stream", headers=_HEADERS)


async def _stream(feed: Feed, still_valid: Callable[[], Awaitable[bool]]) -> AsyncGenerator[str]:
    with feed.listening() as texts:
        first = await anext(texts)
        yield ""
        yield _event(first)
        try:
            async for text in _with_pauses(texts, still_valid):
                yield ": still here\n\n" if text is None else _event(text)
        except (Overrun, Leaving):
            yield "event: bye\ndata: {}\n\n"
        except ArtifexError:
            return


async def _with_pauses(
    texts: AsyncIterator[str], still_valid: Callable[[], Awaitable[bool]]
) -> AsyncIterator[str | None]:
    """The texts, with None whenever nothing came for a while: a keep-alive is due, or proxies close the connection.
    Ends when the reader's token or account is no longer valid."""
    pending: asyncio.Future[str] | None = None
    checked = time.monotonic()
    try:
        while True:
            pending = pending or asyncio.ensure_future(_next(texts))
            done, _ = await asyncio.wait({pending}, timeout=_PAUSE_SECONDS)
            if not done or time.monotonic() - checked >= _PAUSE_SECONDS:
                if not await still_valid():
                    return
                checked = time.monotonic()
            if not done:
                yield None
                continue
            try:
                text = pending.result()
            except StopAsyncIteration:
                return
            pending = None
            yield text
    finally:
        if pending is not None:
            pending.cancel()


async def _next(texts: AsyncIterator[str]) -> str:
    return await anext(texts)


def _event(text: str) -> str:
    return f"id: {json.loads(text)['seq']}\ndata: {text}\n\n"
