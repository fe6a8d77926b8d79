"""Retries: which failures are transient, and how long to wait."""

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
"""Seconds; rate limits of servers count requests over five minutes."""


class Transient(Exception):
    """A failure that may pass. ``wait`` is how long the server asked to wait, in seconds."""

    def __init__(self, what: str, wait: float = 0.0) -> None:
        super().__init__(what)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential backoff with full jitter: after n failures, wait up to ``min(longest, first * 2**(n - 1))`` seconds.

    As in M. Brooker, "Exponential Backoff And Jitter", 2015: clients that failed together must not retry together.
    """

    attempts: int = 8
    """Give up at this many failures in a row without progress."""
    first: float = 1.0
    longest: float = 60.0
    sleep: Callable[[float], None] = time.sleep
    random: Random = field(default_factory=Random)

    def pause(self, failures: int, fault: Transient) -> None:
        """Wait after this many failures in a row. Raises DownloadFailed when it is time to give up."""
        if failures >= self.attempts:
            raise DownloadFailed(
                f"Gave up after {failures} failures in a row: {fault}. What was received is kept; "
                "the same command goes on from there."
            ) from fault
        most = min(self.longest, self.first * 2 ** (failures - 1))
        self.sleep(max(fault.wait, self.random.uniform(0.0, most)))

    def insist(self, request: Callable[[], _T]) -> _T:
        """The result of ``request``, retried while it raises Transient. Raises DownloadFailed in the end."""
        failures = 0
        while True:
            try:
                return request()
            except Transient as fault:
                failures += 1
                self.pause(failures, fault)


def judge(response: httpx2.Response, what: str) -> None:
    """Check a response's status. Raises Transient for errors that may pass, DownloadFailed for others."""
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
    """Seconds that a Retry-After header asks for: a number or a date (RFC 9110, 10.2.3); 0 without a valid one."""
    try:
        seconds = float(text) if text.strip().isdecimal() else _until(text)
    except ValueError:
        return 0.0
    return min(max(0.0, seconds), _LONGEST_WISH)


def _until(text: str) -> float:
    when = parsedate_to_datetime(text)
    return (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
