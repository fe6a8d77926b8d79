"""Socket.IO, over WebSockets only: the same events, each emitted as ``job`` or ``project``."""

import asyncio
import json
import logging
import time
from dataclasses import dataclass, field
from typing import Any, cast

import socketio
from socketio.exceptions import ConnectionRefusedError as Refused

from artifex.api.feed import Feed
from artifex.api.hub import Leaving, Overrun
from artifex.api.origins import page_origins
from artifex.api.service import Caller, Service
from artifex.api.sessions import caller_of_token, session_check
from artifex.errors import ArtifexError

MOST_SUBSCRIPTIONS = 100
_MOST_QUEUED = 256
"""Packets that the library may hold for one reader; the rest waits in the feed, whose backlog is bounded."""
_CHECK_SECONDS = 15.0
_LONGEST_ID = 64

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Reader:
    """One connection. Without subscriptions it gets the events of all jobs and projects that its caller may see."""

    caller: Caller
    tasks: list[asyncio.Task[None]] = field(default_factory=list[asyncio.Task[None]])
    jobs: set[str] = field(default_factory=set[str])
    second: float = 0.0
    said: int = 0


def socket_io_app(service: Service) -> Any:
    """The ASGI application for ``/socket.io``. The caller is the one the guard found, or that of ``auth: {token}``."""
    server: Any = socketio.AsyncServer(
        async_mode="asgi",
        transports=["websocket"],
        cors_allowed_origins=page_origins(service.config),
        max_http_buffer_size=service.config.limits.socket_frame_bytes,
    )
    readers = _Readers(service, server)
    server.on("connect", readers.connect)
    server.on("disconnect", readers.disconnect)
    server.on("subscribe", readers.subscribe)
    server.on("unsubscribe", readers.unsubscribe)
    server.on("*", readers.ignore)
    application: Any = socketio.ASGIApp
    return application(server, socketio_path=None)  # the mount has matched the path already


class _Readers:
    """The handlers of Socket.IO's events, and the connections by session id."""

    def __init__(self, service: Service, server: Any) -> None:
        self._service = service
        self._server = server
        self._readers: dict[str, _Reader] = {}

    async def connect(self, sid: str, environ: dict[str, Any], auth: object = None) -> None:
        scope = environ["asgi.scope"]
        token = _text(auth, "token")
        try:
            caller = scope["state"].get("caller") or await caller_of_token(self._service, token)
        except ArtifexError as error:
            raise Refused(error.message, {"code": error.code}) from error
        reader = self._readers[sid] = _Reader(caller)
        feed = Feed(self._service.hub, self._service.snapshots, caller.sees)
        reader.tasks = [
            asyncio.create_task(self._pump(sid, reader, feed)),
            asyncio.create_task(self._watch(sid, scope, token)),
        ]

    async def disconnect(self, sid: str, _reason: str = "") -> None:
        if (reader := self._readers.pop(sid, None)) is not None:
            for task in reader.tasks:
                task.cancel()

    async def subscribe(self, sid: str, wish: object = None) -> dict[str, Any] | None:
        """``{"job": id}``: get events of the subscribed jobs alone. Answers with a snapshot of the job."""
        reader = await self._speaking(sid)
        if reader is None:
            return None
        job_id = _text(wish, "job")
        if job_id is None or len(job_id) > _LONGEST_ID:
            return _refused("bad_input", 'Say which job, like {"job": "0123..."}.')
        if len(reader.jobs) >= MOST_SUBSCRIPTIONS:
            return _refused("too_many", f"One connection subscribes to {MOST_SUBSCRIPTIONS} jobs at the most.")
        try:
            snapshot = await self._service.snapshots.of_job(job_id, reader.caller.sees)
        except ArtifexError as error:
            return _refused(error.code, error.message)
        reader.jobs.add(job_id)
        return json.loads(snapshot.text)

    async def unsubscribe(self, sid: str, wish: object = None) -> None:
        """``{"job": id}``; without subscriptions left, the connection gets events of every job again."""
        reader = await self._speaking(sid)
        if reader is not None:
            reader.jobs.discard(_text(wish, "job") or "")

    async def ignore(self, _event: str, sid: str, *_said: object) -> None:
        """Whatever else a client sends is only counted."""
        await self._speaking(sid)

    async def _pump(self, sid: str, reader: _Reader, feed: Feed) -> None:
        try:
            with feed.listening() as texts:
                async for text in texts:
                    event = json.loads(text)
                    if event["type"] == "snapshot":
                        await self._server.emit("snapshot", event, to=sid)
                    elif not reader.jobs or ("job" in event and event["job"]["id"] in reader.jobs):
                        await self._room(sid)
                        await self._server.emit("job" if "job" in event else "project", event, to=sid)
        except (Overrun, Leaving, ArtifexError) as why:
            _log.info("a Socket.IO reader is let go (%s)", type(why).__name__)
            await self._let_go(sid)

    async def _room(self, sid: str) -> None:
        """Wait until the library holds little for this reader, so that a slow one fills its backlog and is noticed."""
        socket = self._server.eio.sockets.get(self._server.manager.eio_sid_from_sid(sid, "/"))
        while socket is not None and not socket.closed and socket.queue.qsize() > _MOST_QUEUED:
            await asyncio.sleep(0.05)

    async def _watch(self, sid: str, scope: dict[str, Any], token: str | None) -> None:
        still_valid = session_check(scope, self._service, token)
        while await still_valid():
            await asyncio.sleep(_CHECK_SECONDS)
        await self._let_go(sid)

    async def _let_go(self, sid: str) -> None:
        """Disconnect in both protocols, Socket.IO and Engine.IO below it; the client closes the connection."""
        socket_id = self._server.manager.eio_sid_from_sid(sid, "/")
        await self._server.disconnect(sid)
        if socket_id is not None:
            await self._server.eio.disconnect(socket_id)

    async def _speaking(self, sid: str) -> _Reader | None:
        """The sender of a message, which is counted; None, after disconnecting it, if it sends too many."""
        reader = self._readers.get(sid)
        if reader is None:
            return None
        now = time.monotonic()
        if now - reader.second >= 1.0:
            reader.second, reader.said = now, 0
        reader.said += 1
        if reader.said > self._service.config.limits.socket_messages_a_second:
            await self._let_go(sid)
            return None
        return reader


def _text(said: object, name: str) -> str | None:
    """The text under ``name`` in what a client sent, which may be anything; else None."""
    value = cast("dict[Any, Any]", said).get(name) if isinstance(said, dict) else None
    return value if isinstance(value, str) else None


def _refused(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}
