"""Live events of jobs and projects: over WebSockets and as server-sent events."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, WebSocket
from starlette.responses import Response, StreamingResponse

from artifex.api.feed import Feed
from artifex.api.service import Asks, Caller, The
from artifex.api.sessions import session_check
from artifex.api.sockets import serve_socket
from artifex.api.sse import EVENT_STREAM, sse

router = APIRouter(tags=["events"])

Seq = Annotated[int, Query(ge=0, le=2**62, description="The seq of the last event you have seen.")]
JobId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


@router.websocket("/events")
async def follow_all(socket: WebSocket, the: The, after: Seq | None = None) -> None:
    """Events of all jobs and projects that the caller may see."""
    feed = Feed(the.hub, the.snapshots, _caller(socket).sees, after=after)
    await serve_socket(socket, feed, the.config.limits, session_check(socket.scope, the))


@router.websocket("/jobs/{job_id}/progress")
async def follow_job(socket: WebSocket, the: The, job_id: JobId, after: Seq | None = None) -> None:
    """Events of one job; closes with 1000 when it is over."""
    feed = Feed(the.hub, the.snapshots, _caller(socket).sees, job_id, after)
    await serve_socket(socket, feed, the.config.limits, session_check(socket.scope, the))


@router.get(
    "/events",
    operation_id="streamEvents",
    response_class=StreamingResponse,
    responses=EVENT_STREAM,
)
async def stream_events(
    request: Request,
    the: The,
    asks: Asks,
    after: Seq | None = None,
    job: Annotated[str | None, Query(pattern="^[0-9a-f]{32}$")] = None,
    last_event_id: Annotated[int | None, Header(ge=0, le=2**62)] = None,
) -> Response:
    """The events as server-sent events, for clients without WebSockets; ``?job=`` for those of one job.

    A browser that comes back sends ``Last-Event-ID``, which is later than the ``after`` of its first request.
    """
    since = after if last_event_id is None else last_event_id
    feed = Feed(the.hub, the.snapshots, asks.sees, job, since)
    return await sse(feed, session_check(request.scope, the), reopened=last_event_id is not None)


def _caller(socket: WebSocket) -> Caller:
    return socket.state.caller
