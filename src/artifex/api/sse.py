"""Server-sent events: the same feed for readers without WebSockets."""

import asyncio
import json
from collections.abc import AsyncIterator

from starlette.responses import StreamingResponse

from artifex.api.feed import Feed
from artifex.api.hub import Leaving, Overrun
from artifex.errors import ArtifexError

_KEEP_ALIVE_SECONDS = 15.0
_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


async def sse(feed: Feed) -> StreamingResponse:
    """The feed as ``text/event-stream``; each event's ``id`` is its ``seq``, so that browsers resume by themselves.

    Raises NotFound, DatabaseUnreachable before anything is sent.
    """
    stream = _stream(feed)
    await anext(stream)  # opens the feed, so that its errors become ordinary answers
    return StreamingResponse(stream, media_type="text/event-stream", headers=_HEADERS)


async def _stream(feed: Feed) -> AsyncIterator[str]:
    with feed.listening() as texts:
        first = await anext(texts)
        yield ""
        yield _event(first)
        try:
            async for text in _with_pauses(texts):
                yield ": still here\n\n" if text is None else _event(text)
        except (Overrun, Leaving):
            yield "event: bye\ndata: {}\n\n"
        except ArtifexError:
            return


async def _with_pauses(texts: AsyncIterator[str]) -> AsyncIterator[str | None]:
    """The texts, with None whenever nothing came for a while: a keep-alive is due, or proxies close the connection."""
    pending: asyncio.Future[str] | None = None
    try:
        while True:
            pending = pending or asyncio.ensure_future(_next(texts))
            done, _ = await asyncio.wait({pending}, timeout=_KEEP_ALIVE_SECONDS)
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
