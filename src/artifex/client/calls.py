"""Requests, and how their answers are read, as data: the blocking and the asyncio client send the same calls."""

import json
import random
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

import httpx2

from artifex.client.errors import error_of, retry_after
from artifex.errors import ArtifexError, BadInput, ServerFailed, ServerUnreachable

T = TypeVar("T")

QueryValue = str | int | Sequence[str]
"""Several values mean any of them."""

API = "/api/v1"
_MOST_ATTEMPTS = 5
_FIRST_WAIT = 0.25
_LONGEST_WAIT = 8.0
_BUSY = frozenset({408, 429, 502, 503, 504})
"""An answer that another time may be better."""
_ERRNO = re.compile(r"^\[Errno -?\d+\] ")
_HARMLESS_AGAIN = frozenset({"GET", "HEAD", "PUT", "DELETE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[T]):
    """A request to ``path``, below the server's address; ``read`` turns the JSON of its answer into the result."""

    method: str
    path: str
    read: Callable[[Any], T]
    query: Mapping[str, QueryValue] = field(default_factory=dict[str, QueryValue])
    body: Mapping[str, Any] | None = None
    upload: Path | None = None
    """Sent as the form's field ``file``."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    changes_nothing: bool = False
    """For a POST that only reads."""

    @property
    def may_be_repeated(self) -> bool:
        """Whether the call is idempotent."""
        return self.changes_nothing or self.method in _HARMLESS_AGAIN or "Idempotency-Key" in self.headers

    def arguments(self, opened: ExitStack) -> dict[str, Any]:
        """Arguments for the HTTP client's ``request``; a file to upload stays open until ``opened`` is closed.

        Raises BadInput for a file that cannot be read, or fields that JSON cannot represent.
        """
        files = None
        if self.upload is not None:
            try:
                files = {"file": (self.upload.name, opened.enter_context(self.upload.open("rb")))}
            except OSError as error:
                raise BadInput(f"{self.upload} cannot be read; check its name and its rights.") from error
        return {
            "method": self.method,
            "url": self.path,
            "params": self.query,
            "content": None if self.body is None else _json(self.body),
            "files": files,
            "headers": self.headers if self.body is None else {**self.headers, "Content-Type": "application/json"},
        }

    def answer(self, response: httpx2.Response) -> T:
        """The result; raises the ArtifexError of a refusal, ServerFailed for an answer that is not understood."""
        if response.is_success:
            try:
                return self.read(response.json() if response.content else None)
            except (ValueError, KeyError, TypeError) as error:
                raise ServerFailed(
                    f"The answer to {self.method} {self.path} is not what a studio's server sends; check its address."
                ) from error
        raise refusal(response)


def _json(fields: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(dict(fields), allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise BadInput("A field holds something that JSON cannot say; give text, whole and finite numbers.") from error


def refusal(response: httpx2.Response) -> ArtifexError:
    """The error of a response whose body has been read."""
    try:
        body: object = response.json()
    except ValueError:
        body = None
    return error_of(response.status_code, body, response.headers)


def new_key() -> dict[str, str]:
    """A header with which a call takes effect once, however often it is sent."""
    return {"Idempotency-Key": uuid.uuid4().hex}


@dataclass(slots=True)
class Attempts:
    """Counts the attempts of a call, and says how long to wait before the next."""

    call: Call[Any]
    url: str
    """Of the server."""
    _made: int = 0

    def wait_after(self, response: httpx2.Response) -> float | None:
        """Seconds until another attempt; None when this answer is final."""
        if response.status_code not in _BUSY or response.headers.get("x-should-retry") == "false":
            return None
        refused_unheard = response.status_code in (429, 503)
        if not (self.call.may_be_repeated or refused_unheard):
            return None
        return self._next(retry_after(response.headers))

    def wait_after_error(self, error: httpx2.TransportError) -> float:
        """Seconds until another attempt. Raises ServerUnreachable when the call is given up."""
        never_sent = isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout)
        wait = self._next(None) if self.call.may_be_repeated or never_sent else None
        if wait is None:
            raise unreachable(error, self.url) from error
        return wait

    def _next(self, asked: float | None) -> float | None:
        self._made += 1
        if self._made >= _MOST_ATTEMPTS:
            return None
        return asked if asked is not None else backoff(self._made)


def backoff(attempt: int) -> float:
    """Seconds before attempt ``attempt`` + 1: exponential, with jitter so that clients do not retry in step."""
    return min(_FIRST_WAIT * 2 ** (attempt - 1), _LONGEST_WAIT) * random.uniform(0.5, 1.0)


def unreachable(error: Exception, url: str) -> ServerUnreachable:
    reason = _ERRNO.sub("", str(error)) or type(error).__name__
    return ServerUnreachable(
        f"The server at {url} does not answer ({reason[:200]}); check its address and that it runs."
    )
