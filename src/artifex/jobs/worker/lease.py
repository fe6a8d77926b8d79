"""Keeps a worker's lease on a claimed job, also across database outages."""

import logging
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import TypeVar

from artifex.errors import DatabaseUnreachable, LeaseLost, NotWritable, OutOfSpace
from artifex.jobs.queue import Claim, Queue, StopWanted

_PATIENCE = 2.0
"""How long work goes on without an answer from the database, in lease lengths. The token, not this limit, keeps a job
from being finished twice; the limit only ends work whose job another worker has probably taken."""

_AWAY = (DatabaseUnreachable, OutOfSpace, NotWritable)
"""A database without disk space or write permission is treated as unreachable."""
_RETRY_SECONDS = 2.0
_ASK_SECONDS = 0.05

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class Lease:
    """A claim whose lease a thread prolongs until the ``with`` block ends."""

    def __init__(self, queue: Queue, claim: Claim) -> None:
        self.queue, self.claim = queue, claim
        self._heard = time.monotonic()
        self._asked = 0.0
        self._wanted: StopWanted = None
        self._wanted_since: float | None = None
        self._refused = False
        self._away = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)

    def __enter__(self) -> "Lease":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()

    @property
    def lost(self) -> bool:
        """Whether the lease is lost, or must be assumed to be."""
        return self._refused or time.monotonic() - self._heard > _PATIENCE * self.queue.pace.lease

    @property
    def unheeded(self) -> float:
        """Seconds since the job was asked to cancel; 0 if it was not."""
        return 0.0 if self._wanted_since is None else time.monotonic() - self._wanted_since

    def wanted(self) -> StopWanted:
        """The stop that a user asked for: read from the database at most 20 times a second, cached during an outage."""
        now = time.monotonic()
        if not self._away and not self._refused and now - self._asked >= _ASK_SECONDS:
            self._asked = now
            self._try(lambda: self._note(self.queue.stop_wanted(self.claim)))
        return self._wanted

    def tell(self, change: Callable[[], _T]) -> _T:
        """Run ``change`` once. Raises LeaseLost, and the database's DatabaseUnreachable, OutOfSpace or NotWritable."""
        try:
            answer = change()
        except LeaseLost:
            self._refused = True
            raise
        except _AWAY:
            self._away = True
            raise
        self._away = False
        return answer

    def settle(self, change: Callable[[], _T]) -> _T:
        """Run ``change``, retrying while the database is away, until the lease is lost. Raises LeaseLost."""
        while True:
            try:
                return self.tell(change)
            except _AWAY as error:
                if self.lost:
                    raise LeaseLost("The database stayed away longer than the lease; the work is dropped.") from error
                time.sleep(_RETRY_SECONDS)

    def _keep(self) -> None:
        pace = self.queue.pace
        while not self._over.wait(min(_RETRY_SECONDS, pace.heartbeat) if self._away else pace.heartbeat):
            self._try(self._beat)
            if self._refused:
                return

    def _beat(self) -> None:
        self._note(self.queue.beat(self.claim))
        self._heard = time.monotonic()

    def _note(self, wanted: StopWanted) -> None:
        self._wanted = wanted
        if wanted == "cancel" and self._wanted_since is None:
            self._wanted_since = time.monotonic()

    def _try(self, change: Callable[[], None]) -> None:
        was_away = self._away
        try:
            self.tell(change)
        except LeaseLost:
            if not self._over.is_set():  # a job that just ended looks the same
                _log.warning("Job %s is not this worker's any more.", self.claim.job.id)
        except _AWAY as error:
            if not was_away:
                _log.warning("Job %s goes on without the database: %s", self.claim.job.id, error.message)
