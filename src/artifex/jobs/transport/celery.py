"""Rings slots of other machines through a broker; its failures are only logged."""

import logging
import queue
import threading
import time
from typing import Any

from artifex.jobs.transport.local import LocalTransport

_MOST_WAITING = 1000
_REST_SECONDS = 5.0
"""Pause after the broker failed; rings queued meanwhile are dropped, because slots also poll."""

_log = logging.getLogger(__name__)


class CeleryTransport:
    """Sends rings in a thread, so that ``ring`` returns at once and never raises."""

    def __init__(self, broker_url: str, local: LocalTransport) -> None:
        """``local`` rings slots of this machine without the broker."""
        self._broker_url, self._local = broker_url, local
        self._waiting: queue.Queue[tuple[str, str]] = queue.Queue(_MOST_WAITING)
        threading.Thread(target=self._send_all, name="rings", daemon=True).start()

    def ring(self, slot: str, job: str) -> None:
        if self._local.knows(slot):
            self._local.ring(slot, job)
            return
        self.send(slot, job)

    def send(self, slot: str, job: str) -> None:
        """Ring over the broker, even a slot of this machine."""
        try:
            self._waiting.put_nowait((slot, job))
        except queue.Full:
            _log.debug("A ring for %s is dropped; too many wait.", slot)

    def _send_all(self) -> None:
        from artifex.jobs.transport.celery_app import celery_app

        app = celery_app(self._broker_url)
        failed = False
        while True:
            slot, job = self._waiting.get()
            try:
                _send(app, slot, job)
                failed = False
            except Exception as error:  # noqa: BLE001 (kombu passes on all errors of its drivers)
                if not failed:
                    _log.warning("The broker takes no rings (%s); slots look by themselves.", type(error).__name__)
                failed = True
                self._rest()

    def _rest(self) -> None:
        time.sleep(_REST_SECONDS)
        while not self._waiting.empty():
            self._waiting.get()


def _send(app: Any, slot: str, job: str) -> None:
    from artifex.jobs.transport.celery_app import RING, RING_SECONDS, message_queue

    app.send_task(RING, args=[slot, job], queue=message_queue(slot), expires=RING_SECONDS, retry=False)
