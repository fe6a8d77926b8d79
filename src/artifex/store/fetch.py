"""Fetches a file of the public internet from an untrusted URL."""

import socket
import time
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx2

from artifex.errors import BadInput, TooLarge
from artifex.files import told
from artifex.store.addresses import Resolve, Target, checked_addresses, parse_target, resolve
from artifex.store.deadline import deadline
from artifex.units import show_bytes

_REDIRECTS = (301, 302, 303, 307, 308)
_CONNECTED = ("connection.connect_tcp.complete", "connection.start_tls.complete")
"""The HTTP client's trace events that bring a socket, plain or TLS, which can be shut down from then on."""


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Resolves the host of each hop, checks all of its addresses, and connects to one of them.

    A host that resolves differently a moment later (DNS rebinding) therefore changes nothing. Times are in seconds.
    """

    resolve: Resolve = resolve
    allowed: frozenset[str] = frozenset()
    """Private addresses that are allowed."""
    ports: Container[int] = frozenset((80, 443))
    most_redirects: int = 5
    connect_seconds: float = 5.0
    idle_seconds: float = 15.0
    total_seconds: float = 600.0
    least_rate: float = 4096.0
    """Bytes a second on average, once ``idle_seconds`` have passed; slower fetches are given up."""
    verify: bool | str = field(default=True)
    """Whether to verify TLS certificates, or a file of CA certificates to use instead of the system's."""

    def fetch(self, url: str, to: Path, most_bytes: int) -> None:
        """Download ``url`` to the file ``to``, which is left partly written when this fails.

        Raises BadInput for a URL that is refused or fails, TooLarge, OutOfSpace, NotWritable.
        """
        began = time.monotonic()
        for _ in range(self.most_redirects + 1):
            target = parse_target(url, self.ports)
            addresses = checked_addresses(target, self.resolve, self.allowed)
            try:
                where = self._hop(target, addresses, to, most_bytes, began)
            except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as error:
                raise BadInput(f"The URL cannot be fetched ({type(error).__name__}).") from error
            if where is None:
                return
            url = urljoin(f"{target.scheme}://{target.authority}{target.path}", where)
        raise BadInput(f"The URL redirects more than {self.most_redirects} times.")

    def _hop(self, target: Target, addresses: list[str], to: Path, most_bytes: int, began: float) -> str | None:
        """Fetch from the first address that accepts a connection; returns a redirect's location, or None when done."""
        *others, last = addresses[:4]
        for address in others:
            try:
                return self._ask(target, address, to, most_bytes, began)
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                continue
        return self._ask(target, last, to, most_bytes, began)

    def _ask(self, target: Target, address: str, to: Path, most_bytes: int, began: float) -> str | None:
        timeout = httpx2.Timeout(self.idle_seconds, connect=self.connect_seconds)
        headers = {"Host": target.authority, "Accept-Encoding": "identity", "User-Agent": "artifex", "Accept": "*/*"}
        with (
            _cut_off(began + self.total_seconds - time.monotonic()) as trace,
            httpx2.Client(verify=self.verify, trust_env=False, follow_redirects=False, timeout=timeout) as client,
            client.stream(
                "GET",
                target.url_at(address),
                headers=headers,
                extensions={"sni_hostname": target.host, "trace": trace},
            ) as answer,
        ):
            if answer.status_code in _REDIRECTS:
                return answer.headers.get("location", "")
            if answer.status_code != 200:
                raise BadInput(f"The URL is answered with status {answer.status_code}; give one that leads to a file.")
            if answer.headers.get("content-encoding", "identity").lower() != "identity":
                raise BadInput("The URL's server sends the file compressed, which is not taken.")
            self._receive(answer, to, most_bytes, began)
        return None

    def _receive(self, answer: httpx2.Response, to: Path, most_bytes: int, began: float) -> None:
        stated = answer.headers.get("content-length", "")
        if stated.isdecimal() and int(stated) > most_bytes:
            raise _too_large(most_bytes)
        received = 0
        try:
            with to.open("wb") as file:
                for piece in answer.iter_raw():
                    received += len(piece)
                    if received > most_bytes:
                        raise _too_large(most_bytes)
                    self._check_pace(received, time.monotonic() - began)
                    file.write(piece)
        except OSError as error:
            raise told(error, to) from error

    def _check_pace(self, received: int, seconds: float) -> None:
        if seconds > self.total_seconds or (seconds > self.idle_seconds and received < self.least_rate * seconds):
            raise _too_slow()


@contextmanager
def _cut_off(seconds: float) -> Iterator[Callable[[str, Mapping[str, Any]], None]]:
    """A trace callback for a request, whose connection is shut down after ``seconds``; raises BadInput then."""
    channels: list[socket.socket] = []

    def cut() -> None:
        for channel in channels:
            channel.shutdown(socket.SHUT_RDWR)

    with deadline(seconds, cut, _too_slow) as is_late:

        def trace(event: str, about: Mapping[str, Any]) -> None:
            if event in _CONNECTED:
                channels[:] = [about["return_value"].get_extra_info("socket")]
                if is_late.is_set():
                    cut()

        yield trace


def _too_slow() -> BadInput:
    return BadInput("The URL's server sends too slowly; fetch the file yourself and upload it.")


def _too_large(most_bytes: int) -> TooLarge:
    return TooLarge(f"The file at this URL is larger than the {show_bytes(most_bytes)} that are taken.")
