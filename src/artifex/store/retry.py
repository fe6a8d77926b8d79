"""When a request is made again, and after how long."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import Random
from typing import TypeVar

import httpx2

from artifex.errors import DownloadFailed

_T = TypeVar("_T")

_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_LONGEST_WISH = 300.0
"""Seconds: servers that limit requests count them over five minutes."""


class Transient(Exception):
    """Something that may well work the next time. ``wait`` is how long the server asked for, in seconds."""

    def __init__(self, what: str, wait: float = 0.0) -> None:
        super().__init__(what)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential back-off with full jitter: attempt n waits a random time up to ``first * 2**n`` seconds.

    As in M. Brooker, "Exponential Backoff And Jitter", 2015: clients that failed together must not return together.
    """

    attempts: int = 8
    """How many failures in a row are borne, if nothing is won in between."""
    first: float = 1.0
    longest: float = 60.0
    sleep: Callable[[float], None] = time.sleep
    random: Random = field(default_factory=Random)

    def pause(self, failures: int, fault: Transient) -> None:
        """Wait after so many failures in a row. Raises DownloadFailed when it is time to give up."""
        if failures >= self.attempts:
            raise DownloadFailed(
                f"Gave up after {failures} failures in a row: {fault}. What was received is kept; "
                "the same command goes on from there."
            ) from fault
        most = min(self.longest, self.first * 2 ** (failures - 1))
        self.sleep(max(fault.wait, self.random.uniform(0.0, most)))

    def insist(self, request: Callable[[], _T]) -> _T:
        """What ``request`` returns, asked again while it raises Transient. Raises DownloadFailed in the end."""
        failures = 0
        while True:
            try:
                return request()
            except Transient as fault:
                failures += 1
                self.pause(failures, fault)


def judge(response: httpx2.Response, what: str) -> None:
    """Let a good answer pass. Raises Transient for what passes by itself, DownloadFailed for what does not."""
    status, host = response.status_code, response.url.host
    if status < 400:
        return
    if status in _PASSING:
        raise Transient(f"{host} answered {status} for {what}", _wish(response.headers.get("retry-after", "")))
    if status in (401, 403):
        raise DownloadFailed(
            f"{host} does not give {what} to just anybody ({status}); accept its terms there, "
            "and set HF_TOKEN to a token of yours."
        )
    if status in (404, 410):
        raise DownloadFailed(f"{host} does not have {what} ({status}); check HF_ENDPOINT, or update Artifex.")
    raise DownloadFailed(f"{host} answered {status} for {what}; try again later.")


def _wish(text: str) -> float:
    """Seconds that a Retry-After header asks for: a number or a date (RFC 9110, 10.2.3); 0 when it says nothing."""
    try:
        seconds = float(text) if text.strip().isdecimal() else _until(text)
    except ValueError:
        return 0.0
    return min(max(0.0, seconds), _LONGEST_WISH)


def _until(text: str) -> float:
    when = parsedate_to_datetime(text)
    return (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
