"""CORS: tells browsers which pages may read the server's answers; the guard decides what such pages may do."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from artifex.api.config import ApiConfig

_ASKED_FIRST = {
    "access-control-allow-methods": "GET, HEAD, POST, PATCH, PUT, DELETE",
    "access-control-allow-headers": "authorization, content-type, idempotency-key, last-event-id, range, x-request-id",
    "access-control-max-age": "600",
}
_READABLE = {
    "access-control-expose-headers": "accept-ranges, content-disposition, content-range, etag, location, "
    "openai-poll-after-ms, retry-after, x-request-id",
}


@dataclass(slots=True)
class CrossOrigin:
    """Middleware that lets pages of the configured origins call the server.

    Preflight requests carry no token, so they are answered before the guard. Every other answer to such a page,
    refusals included, gets the headers that let the page read it. Credentials (cookies) are never allowed, for none are
    used. Requests from other pages go on to the guard unchanged.
    """

    app: ASGIApp
    config: ApiConfig
    _origins: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self._origins = frozenset(origin.lower().rstrip("/") for origin in self.config.origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        origin = headers.get("origin", "").lower()
        if origin not in self._origins:
            await self.app(scope, receive, send)
            return
        allowed = {"access-control-allow-origin": origin, "vary": "Origin"}
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await Response(status_code=204, headers={**allowed, **_ASKED_FIRST})(scope, receive, send)
            return
        await self.app(scope, receive, _adding({**allowed, **_READABLE}, send))


def _adding(headers: Mapping[str, str], send: Send) -> Send:
    async def send_with(message: Message) -> None:
        if message["type"] == "http.response.start":
            message.setdefault("headers", [])
            MutableHeaders(scope=message).update(headers)
        await send(message)

    return send_with
