"""Sends one webhook request to an untrusted receiver: limits the network it can reach, its time and its memory."""

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import artifex
from artifex.errors import BadInput
from artifex.jobs.webhooks.targets import require_target
from artifex.store.addresses import Resolve, Target, checked_addresses, resolve
from artifex.store.deadline import deadline

SECONDS = 10.0
"""Time limit of a whole request."""
_MOST_READ = 4096

Post = Callable[[str, Mapping[str, str], bytes], int]
"""Sends a body (URL, headers, body) and returns the HTTP status. Raises PostFailed."""


class PostFailed(Exception):
    """There was no answer; the message says why."""


@dataclass(frozen=True, slots=True)
class Poster:
    """Connects to exactly the IP addresses that were checked, follows no redirects, and enforces the time limit."""

    private: bool = False
    """Allow private networks and plain HTTP, for tests."""
    seconds: float = SECONDS
    resolve: Resolve = resolve
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        try:
            target = require_target(url, private=self.private)
            addresses = self._addresses(target)
        except (BadInput, OSError) as error:
            raise PostFailed(str(error)) from error
        sent = {
            **headers,
            "host": target.authority,
            "content-type": "application/json",
            "user-agent": f"Artifex/{artifex.__version__}",
        }
        connection = self._connection(target, addresses)
        try:
            with self._cut_off(connection) as is_late:
                connection.connect()
                if is_late.is_set():  # the deadline passed before there was a socket to shut down
                    raise TimeoutError("connecting took too long")
                connection.request("POST", target.path, body, sent)
                answer = connection.getresponse()
                answer.read(_MOST_READ)
            return answer.status
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise PostFailed(f"no answer ({type(error).__name__}: {error})"[:200]) from error
        finally:
            connection.close()

    def _addresses(self, target: Target) -> list[str]:
        if self.private:
            return self.resolve(target.host, target.port)
        return checked_addresses(target, self.resolve, frozenset())

    def _connection(self, target: Target, addresses: list[str]) -> http.client.HTTPConnection:
        if target.scheme == "https":
            connection = http.client.HTTPSConnection(target.host, target.port, timeout=self.seconds, context=self.tls)
        else:
            connection = http.client.HTTPConnection(target.host, target.port, timeout=self.seconds)

        def connect(*_: object) -> socket.socket:
            *others, last = addresses[:4]
            for address in others:
                with contextlib.suppress(OSError):
                    return socket.create_connection((address, target.port), self.seconds / 4)
            return socket.create_connection((last, target.port), self.seconds)

        connection._create_connection = connect  # pyright: ignore[reportAttributeAccessIssue]  its one place to pin
        return connection

    def _cut_off(self, connection: http.client.HTTPConnection) -> AbstractContextManager[threading.Event]:
        """Shut the connection down at the time limit. Raises PostFailed then."""

        def cut() -> None:
            if (channel := connection.sock) is not None:
                channel.shutdown(socket.SHUT_RDWR)

        return deadline(self.seconds, cut, lambda: PostFailed(f"no whole answer within {self.seconds:g} s"))
