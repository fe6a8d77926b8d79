"""Sends the deliveries waiting in ``webhook_deliveries``, retrying each until its receiver answers 2xx or retries end.

Delivery is at least once: a server that dies between the receiver's answer and recording it sends again, with the same
event id. Nothing else waits for a receiver: deliveries are written in the transaction of their event, and sent by
threads of their own.
"""

import logging
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from artifex.errors import ArtifexError
from artifex.jobs.webhooks.letters import Letter, any_due, claim, note
from artifex.jobs.webhooks.posting import Post, PostFailed
from artifex.jobs.webhooks.signing import sign
from artifex.logs import Outage
from artifex.store.database import Database

CONCURRENCY = 8
MOST_PER_OWNER = 4
"""Concurrent deliveries per owner, so that one user's unresponsive receivers do not block those of others."""
MOST_PER_URL = 2
"""Concurrent deliveries per URL, so that an unresponsive receiver does not block its owner's others."""

_log = logging.getLogger(__name__)


class Deliverer:
    """A thread that finds due deliveries and passes them to at most ``CONCURRENCY`` sender threads.

    Several servers may each run one over the same database: a delivery is claimed before it is sent.
    """

    def __init__(self, database: Database, post: Post, poll_seconds: float = 1.0) -> None:
        self._database = database
        self._post = post
        self._poll_seconds = poll_seconds
        self._pool = ThreadPoolExecutor(CONCURRENCY, "webhook")
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
        self._news = threading.Event()
        self._stopping = False
        self._lock = threading.Lock()
        self._busy: Counter[str] = Counter()
        """Deliveries being sent, by URL and by owner; each counts in both."""

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Start no more deliveries and wait for those being sent, which take ten seconds at most."""
        self._stopping = True
        self._news.set()
        self._thread.join()
        self._pool.shutdown()

    def _run(self) -> None:
        outage = Outage(_log, "Sending webhooks")
        while not self._stopping:
            try:
                self.send_due()
                outage.over()
            except ArtifexError as error:  # the database is away; deliveries stay waiting
                outage.failed(error.message)
            except Exception:  # noqa: BLE001 - outermost handler of this thread: without it deliveries would stop
                _log.exception("looking for webhooks that are due failed")
            self._news.wait(self._poll_seconds)
            self._news.clear()

    def send_due(self) -> int:
        """Start due deliveries as far as there is room; returns how many. Raises DatabaseUnreachable."""
        with self._lock:
            room, busy = CONCURRENCY - sum(self._busy.values()) // 2, Counter(self._busy)
        if room <= 0 or not any_due(self._database):
            return 0
        letters = claim(self._database, room, busy, most_per_owner=MOST_PER_OWNER, most_per_url=MOST_PER_URL)
        for letter in letters:
            with self._lock:
                self._busy.update(letter.lanes)
            self._pool.submit(self._deliver, letter)
        return len(letters)

    def _deliver(self, letter: Letter) -> None:
        try:
            status, fault = self._send(letter)
            outcome = note(self._database, letter, status, fault)
            _log.info("webhook %s attempt %d: %s", letter.event_id, letter.attempt, f"{status or fault} ({outcome})")
        except ArtifexError as error:  # not recorded, so it is sent again when its claim expires
            _log.warning("webhook %s was sent but not noted: %s", letter.event_id, error)
        except Exception:  # noqa: BLE001 - outermost handler: a failed delivery must not affect others
            _log.exception("webhook %s attempt %d broke", letter.event_id, letter.attempt)
        finally:
            with self._lock:
                self._busy.subtract(letter.lanes)
                self._busy = +self._busy
            self._news.set()

    def _send(self, letter: Letter) -> tuple[int | None, str | None]:
        """The HTTP status of the answer, or why there was none."""
        headers = sign(letter.event_id, letter.body, letter.keys, time.time())
        try:
            return self._post(letter.url, headers, letter.body), None
        except PostFailed as error:
            return None, str(error)[:200]
