"""Sends what waits in ``webhook_deliveries``, each to its address, again and again until somebody answers 2xx.

Arrival is promised at least once: a server that dies between the receiver's answer and noting it sends once more, under
the same event id. Nothing else waits for a receiver: rows come into being with the event they tell of, and are sent by
a few threads of their own.
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
from artifex.store.database import Database

CONCURRENCY = 8
MOST_PER_OWNER = 4
"""At a time, so that one user's silent receivers do not keep everybody's from being told."""
MOST_PER_URL = 2
"""At a time, so that one silent receiver does not keep its owner's others from being told."""

_log = logging.getLogger(__name__)


class Deliverer:
    """A thread that looks for what is due and hands it to at most ``CONCURRENCY`` others.

    Any number of servers may run one each over the same database: a row is claimed before it is sent.
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
        """How many are being sent, by URL and by owner."""

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Begin no more; those under way have ten seconds at most."""
        self._stopping = True
        self._news.set()
        self._thread.join()
        self._pool.shutdown()

    def _run(self) -> None:
        while not self._stopping:
            try:
                self.send_due()
            except ArtifexError as error:  # the database is away; what waits will still wait
                _log.warning("webhooks wait: %s", error)
            except Exception:  # noqa: BLE001 - the door of this thread: without it nobody would be told any more
                _log.exception("looking for webhooks that are due failed")
            self._news.wait(self._poll_seconds)
            self._news.clear()

    def send_due(self) -> int:
        """Begin to send what is due, as far as there is room; how many were begun. Raises DatabaseUnreachable."""
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
        except ArtifexError as error:  # not noted, so it is sent again when its claim is over
            _log.warning("webhook %s was sent but not noted: %s", letter.event_id, error)
        except Exception:  # noqa: BLE001 - the door of this thread: a delivery must not take the others along
            _log.exception("webhook %s attempt %d broke", letter.event_id, letter.attempt)
        finally:
            with self._lock:
                self._busy.subtract(letter.lanes)
                self._busy = +self._busy
            self._news.set()

    def _send(self, letter: Letter) -> tuple[int | None, str | None]:
        """The status it was answered with, or why there was no answer."""
        headers = sign(letter.event_id, letter.body, letter.keys, time.time())
        try:
            return self._post(letter.url, headers, letter.body), None
        except PostFailed as error:
            return None, str(error)[:200]
