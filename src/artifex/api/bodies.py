"""Checks every request before a route reads it: its line and headers, and its body's size, type and pace."""

import asyncio
import re
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from artifex.api.config import Limits
from artifex.api.refusals import AddressTooLong, HeadersTooLarge, MediaTypeRefused, MethodRefused, SlowBody
from artifex.api.strict_json import check_json
from artifex.errors import BadInput, TooLarge

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_OVERRIDES = ("x-http-method-override", "x-http-method", "x-method-override")
_MOST_ADDRESS = 8 * 2**10
_MOST_HEADERS = 32 * 2**10
_MOST_PARAMETERS = 64
_LONGEST_BOUNDARY = 70
"""The most that RFC 2046 allows."""
_LEAST_RATE = 1024
"""Bytes a second that an upload must bring, on average over each ``body_idle_seconds`` of waiting."""
_LARGE_JSON = 2**16
"""Bytes of JSON above which it is checked in a thread, so that other requests do not wait."""

_BOUNDARY = re.compile(r'boundary=(?:"([^"]*)"|([^\s;]*))', re.IGNORECASE)
_CHARSET = re.compile(r"charset=(?!\"?utf-?8\"?\s*(?:;|$))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bodies:
    """Middleware: JSON is read whole, checked and passed on; a form is passed on in pieces, at a minimum rate."""

    app: ASGIApp
    limits: Limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises BadInput, TooLarge or a Refusal instead of calling the app."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            _check_line(scope, headers)
            receive = await self._checked(headers, receive)
        await self.app(scope, receive, send)

    async def _checked(self, headers: Headers, receive: Receive) -> Receive:
        length = _declared_length(headers)
        if length == 0:
            return receive
        if headers.get("content-encoding", "identity").lower() != "identity":
            raise MediaTypeRefused("Compressed bodies are not taken; send it as it is.")
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "application/json":
            return await self._json(headers, receive, length)
        if kind == "multipart/form-data":
            _check_boundary(headers["content-type"])
            return _Steady(receive, self.limits.body_idle_seconds).receive
        raise MediaTypeRefused(
            f"A body of the type {kind[:60]!r} is not taken; send application/json or multipart/form-data."
        )

    async def _json(self, headers: Headers, receive: Receive, length: int | None) -> Receive:
        if _CHARSET.search(headers["content-type"]):
            raise MediaTypeRefused("JSON is taken in UTF-8 only.")
        if length is not None and length > self.limits.json_bytes:
            raise _too_large(self.limits.json_bytes)
        try:
            async with asyncio.timeout(self.limits.body_idle_seconds):
                body = await _whole(receive, self.limits.json_bytes)
        except TimeoutError:
            raise SlowBody from None
        if len(body) > _LARGE_JSON:
            await asyncio.to_thread(check_json, body, self.limits.json_depth)
        elif body:
            check_json(body, self.limits.json_depth)
        return _Replay(body, receive).receive


def _check_line(scope: Scope, headers: Headers) -> None:
    """Check method, address and headers. Raises BadInput or a Refusal."""
    if scope["method"] not in METHODS:
        raise MethodRefused("This method is not taken here.")
    if any(name in headers for name in _OVERRIDES):
        raise BadInput("A request cannot ask for another method than its own; leave the override header out.")
    query: bytes = scope["query_string"]
    if len(query) + len(scope.get("raw_path") or b"") > _MOST_ADDRESS:
        raise AddressTooLong("The address is too long.")
    if sum(len(name) + len(value) for name, value in scope["headers"]) > _MOST_HEADERS:
        raise HeadersTooLarge("The headers are too long.")
    if query.count(b"&") >= _MOST_PARAMETERS:
        raise BadInput(f"The address has more than {_MOST_PARAMETERS} parameters; give fewer.")
    if "\0" in scope["path"] or b"%00" in query:
        raise BadInput("The address holds a NUL character.")


def _declared_length(headers: Headers) -> int | None:
    """The Content-Length, 0 without one; None for chunked bodies. Raises BadInput."""
    if "transfer-encoding" in headers:
        return None
    text = headers.get("content-length", "0")
    if not re.fullmatch(r"[0-9]{1,15}", text, re.ASCII):
        raise BadInput("The header Content-Length is not a number.")
    return int(text)


def _check_boundary(content_type: str) -> None:
    found = _BOUNDARY.findall(content_type)
    if len(found) != 1 or not 0 < len("".join(found[0])) <= _LONGEST_BOUNDARY:
        raise BadInput(f"A form needs one boundary of 1 to {_LONGEST_BOUNDARY} characters in its Content-Type.")


async def _whole(receive: Receive, most: int) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadInput("The connection ended before the body did.")
        body += message.get("body", b"")
        if len(body) > most:
            raise _too_large(most)
        if not message.get("more_body", False):
            return bytes(body)


def _too_large(most: int) -> TooLarge:
    return TooLarge(f"The body is larger than {most:,} bytes; send less at once.")


class _Replay:
    """Passes on a body that was read, then whatever the connection brings, such as its end."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def receive(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


class _Steady:
    """Aborts an upload that is slower than :data:`_LEAST_RATE`, whether it trickles or stops."""

    def __init__(self, receive: Receive, patience: float) -> None:
        self._receive = receive
        self._patience = patience
        self._waiting_left = patience
        self._bytes_owed = patience * _LEAST_RATE
        self._over = False

    async def receive(self) -> Message:
        """Raises SlowBody."""
        if self._over:
            return await self._receive()
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            async with asyncio.timeout(self._waiting_left):
                message = await self._receive()
        except TimeoutError:
            raise SlowBody from None
        self._waiting_left -= clock() - began
        self._bytes_owed -= len(message.get("body", b""))
        if self._bytes_owed <= 0:
            self._waiting_left, self._bytes_owed = self._patience, self._patience * _LEAST_RATE
        self._over = not message.get("more_body", False)
        return message
