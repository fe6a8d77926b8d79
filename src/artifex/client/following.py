"""Following a job over WebSockets that may drop: which events came, where to resume, and when to give up."""

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from artifex.client.answers import JOB_EVENTS, JobEvent
from artifex.client.calls import API, backoff, unreachable
from artifex.client.errors import error_of
from artifex.errors import ArtifexError, ServerFailed

if TYPE_CHECKING:
    from websockets.exceptions import InvalidStatus

PATIENCE = 300.0
"""Seconds without a message after which following gives up."""
_LATER = frozenset({429, 500, 502, 503, 504})


@dataclass(slots=True)
class Following:
    """Follows one job across reconnects; no event comes twice, and none of an earlier state."""

    job_id: str
    url: str
    """Of the server."""
    after: int | None = None
    """The ``seq`` of the last event."""
    over: bool = False
    _sequence: int = -1
    _failures: int = 0
    _away_since: float = 0.0

    @property
    def path(self) -> str:
        query = "" if self.after is None else f"?after={self.after}"
        return f"{API}/jobs/{self.job_id}/progress{query}"

    def hear(self, message: str | bytes) -> JobEvent | None:
        """The event of a message; None if it is known already, only says that the missed ones follow, or is of a kind
        that a later server has.

        Raises ServerFailed for a malformed message.
        """
        try:
            data = json.loads(message)
            if data["type"] not in JOB_EVENTS:
                return None
            event = JobEvent.of_data(data)
        except (ValueError, KeyError, TypeError) as error:
            raise ServerFailed("The server sent an event that this client does not understand; update it.") from error
        self._failures = 0
        self.after = event.seq if self.after is None else max(self.after, event.seq)
        if event.sequence <= self._sequence and event.kind != "deleted":
            return None
        self._sequence = event.sequence
        self.over = event.is_last
        return event

    def wait(self, error: Exception | None) -> float:
        """Seconds before the next socket. Raises ServerUnreachable when there was none for too long."""
        if self._failures == 0:  # before, a step of hours may have had nothing to tell
            self._away_since = time.monotonic()
        if time.monotonic() - self._away_since > PATIENCE:
            raise unreachable(error or ConnectionError("the connection was closed"), self.url)
        self._failures += 1
        return backoff(self._failures)


def raise_refusal(refused: "InvalidStatus") -> None:
    """Raises the error of a refused WebSocket; returns if another attempt may succeed."""
    response = refused.response
    if response.status_code in _LATER:
        return
    raise _error(response.status_code, response.body, dict(response.headers.raw_items()))


def _error(status: int, body: bytes | bytearray | None, headers: dict[str, str]) -> ArtifexError:
    try:
        told: Any = json.loads(body or b"")
    except ValueError:
        told = None
    return error_of(status, told, {name.lower(): value for name, value in headers.items()})
