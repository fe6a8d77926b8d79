"""Rings slots of other machines through a broker; its failures are only logged."""

import logging
import queue
import threading
import time
import uuid
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from artifex.errors import BadInput, NotAvailable
from artifex.jobs.transport.local import LocalTransport
from artifex.logs import Outage

_MOST_WAITING = 1000
_REST_SECONDS = 5.0
"""Pause after the broker failed; rings queued meanwhile are dropped, because slots also poll."""
_ANSWER_SECONDS = 5.0

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
        outage = Outage(_log, "Ringing slots over the broker")
        ring = partial(_reach, app)  # at first, to tell of a wrong password before a job waits
        while True:
            try:
                ring()
                outage.over()
            except Exception as error:  # noqa: BLE001 (kombu passes on all errors of its drivers)
                outage.failed(f"{str(error) or type(error).__name__} Slots look for work by themselves.")
                self._rest()
            ring = partial(_send, app, *self._waiting.get())

    def _rest(self) -> None:
        time.sleep(_REST_SECONDS)
        while not self._waiting.empty():
            self._waiting.get()


def require_broker(url: str) -> None:
    """Raises BadInput for a URL that is none of a broker, or where what speaks to brokers is not installed."""
    try:
        from kombu.transport import TRANSPORT_ALIASES
    except ImportError as error:
        raise BadInput(
            "ARTIFEX_BROKER is set, and celery is not installed; pip install 'artifex[distributed]', or unset it."
        ) from error
    try:
        parts = urlsplit(url)
        known = parts.scheme in TRANSPORT_ALIASES and parts.port != 0
    except ValueError:  # of a port that is no number
        known = False
    if not known:
        raise BadInput("ARTIFEX_BROKER is not understood; write it like redis://:password@host:6379/0.")


def check_broker(url: str) -> str:
    """Send a message and receive it; what there is, in a few words. Raises BadInput for a URL that is none, and
    NotAvailable."""
    require_broker(url)
    from artifex.jobs.transport.celery_app import celery_app

    app: Any = celery_app(url)
    try:
        _reach(app)
        with app.connection_for_write() as connection:
            _send_to_oneself(connection)
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise NotAvailable(
            f"The broker cannot be used ({reason[:200]}); check that it runs, and address and password in "
            "ARTIFEX_BROKER."
        ) from error
    parts = urlsplit(url)
    return f"{parts.scheme} at {parts.hostname}, a message was sent and received"


def _send_to_oneself(connection: Any) -> None:
    mailbox = connection.SimpleBuffer(f"artifex.doctor.{uuid.uuid4().hex}")
    try:
        mailbox.put("ring")
        mailbox.get(timeout=_ANSWER_SECONDS)
    finally:
        mailbox.queue.delete()
        mailbox.close()


def _reach(app: Any) -> None:
    with app.connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)


def _send(app: Any, slot: str, job: str) -> None:
    from artifex.jobs.transport.celery_app import RING, RING_SECONDS, message_queue

    app.send_task(RING, args=[slot, job], queue=message_queue(slot), expires=RING_SECONDS, retry=False)
