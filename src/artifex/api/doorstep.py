"""Request ids, metrics, access log, and answers for errors that nothing else handled."""

import logging
import re
import time
from dataclasses import dataclass
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from artifex.api.bodies import METHODS
from artifex.api.errors import answer, internal_error
from artifex.api.figures import Figures
from artifex.api.share_links import loggable
from artifex.errors import ArtifexError

_OWN_NUMBER = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SLOW_SECONDS = 2.0
_DENIED = 4401

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Doorstep:
    """Middleware that gives each request an id, measures it, and answers for unhandled errors.

    An id that the client chose (``x-request-id``) is kept if it is short and plain. Only slow and failed requests are
    logged.
    """

    app: ASGIApp
    figures: Figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        chosen = Headers(scope=scope).get("x-request-id", "")
        number = chosen if _OWN_NUMBER.fullmatch(chosen) else uuid4().hex
        scope.setdefault("state", {})["request_id"] = number
        passage = _Passage(send, number)
        started = time.monotonic()
        try:
            await self.app(scope, receive, passage.send)
        except ArtifexError as error:
            await passage.refuse(scope, receive, error)
        except Exception:  # noqa: BLE001 - the boundary of the process: the client gets an answer whatever happens
            _log.exception("request %s: %s %r failed", number, scope.get("method", "WS"), loggable(scope["path"]))
            await passage.fail(scope, receive)
        finally:
            self._note(scope, passage, time.monotonic() - started)

    def _note(self, scope: Scope, passage: "_Passage", seconds: float) -> None:
        if scope["type"] == "websocket":
            return
        self.figures.saw_request(_method(scope), _door(scope), passage.status, seconds)
        slow = seconds > _SLOW_SECONDS and not passage.streams
        if passage.status >= 500 or slow:
            _log.info(
                "%s %s %.200r %d %.0f ms",
                passage.number,
                scope["method"],
                loggable(scope["path"]),
                passage.status,
                1000 * seconds,
            )


def _method(scope: Scope) -> str:
    """The method, or ``other``: clients cannot create metrics labels at will."""
    return scope["method"] if scope["method"] in METHODS else "other"


def _door(scope: Scope) -> str:
    """The route's path, with the names of its parameters in place of their values; of sockets and the page's files, the
    folder; ``-`` where no route matched. Clients cannot create metrics labels at will."""
    if "route" not in scope:
        return scope.get("root_path") or "-"
    inner: str = scope["route"].path  # without the prefix with which FastAPI included its router
    return "/".join(scope["path"].split("/")[: -inner.count("/")]) + inner


class _Passage:
    """Sends the response, with the request id and security headers; ``status`` is 0 until it starts."""

    def __init__(self, send: Send, number: str) -> None:
        self._send = send
        self.number = number
        self.status = 0
        self.streams = False

    async def send(self, message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.http.response.start", "websocket.accept"):
            self.status = message.get("status", 101)
            message.setdefault("headers", [])  # ASGI makes them optional
            headers = MutableHeaders(scope=message)
            headers["x-request-id"] = self.number
            headers.setdefault("x-content-type-options", "nosniff")
            headers.setdefault("cache-control", "no-store")
            headers.setdefault("cross-origin-resource-policy", "same-origin")
            self.streams = headers.get("content-type", "").startswith("text/event-stream")
        await self._send(message)

    async def refuse(self, scope: Scope, receive: Receive, error: ArtifexError) -> None:
        if self.status:
            _log.warning("request %s was cut short: %s", self.number, error.message)
        elif scope["type"] == "http" or "websocket.http.response" in scope.get("extensions", {}):
            await answer(scope, error)(scope, receive, self.send)
        else:
            await self._send({"type": "websocket.close", "code": _DENIED, "reason": error.code})

    async def fail(self, scope: Scope, receive: Receive) -> None:
        if self.status and scope["type"] == "http":
            raise ConnectionError(
                "the answer was cut short"
            )  # makes the server close the connection, so that the client notices
        if scope["type"] == "websocket":
            await self._send({"type": "websocket.close", "code": 1011})
            return
        self.status = 500
        await internal_error(scope)(scope, receive, self.send)
