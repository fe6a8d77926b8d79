"""Receives rings for this machine's slots from a broker, and recovers from any failure of the broker."""

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from artifex.jobs.transport.celery import CeleryTransport

_PING_SECONDS = 15.0
_SILENCE_SECONDS = 45.0
"""A consumer without any line for this long, pings included, is dead and is replaced."""

_log = logging.getLogger(__name__)


class Listener:
    """Keeps a consumer process running, and pings it through the broker to check that it still receives."""

    def __init__(self, broker_url: str, slots: Sequence[str], ring: Callable[[str, str], None]) -> None:
        self._broker_url, self._slots, self._ring = broker_url, slots, ring
        self._own = f"{slots[0]}.ping"  # not of the host, of which other workers may keep other slots
        self._transport: CeleryTransport | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._heard = time.monotonic()
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._listen, name="listener", daemon=True),
            threading.Thread(target=self._keep_pinging, name="ping", daemon=True),
        ]

    def start(self, transport: CeleryTransport) -> None:
        """``transport`` carries the pings."""
        self._transport = transport
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._end()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    def _listen(self) -> None:
        while not self._stopping.is_set():
            self._heard = time.monotonic()
            try:
                self._process = process = self._begin()
            except OSError as error:  # out of memory, or too many processes
                _log.warning("No process can be started that hears the broker (%s); slots look by themselves.", error)
            else:
                self._hear(process)
            self._stopping.wait(1.0)

    def _hear(self, process: "subprocess.Popen[bytes]") -> None:
        if self._stopping.is_set():  # stop() ran while this process started
            self._end()
        assert process.stdout is not None
        for line in process.stdout:
            self._heard = time.monotonic()
            self._pass_on(line)
        process.wait()

    def _begin(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", "artifex.jobs.transport.consumer", *self._slots, self._own],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "ARTIFEX_BROKER": self._broker_url},
            start_new_session=True,  # Ctrl-C goes to the parent only, which ends this one
        )

    def _pass_on(self, line: bytes) -> None:
        with suppress(ValueError):
            slot, job = json.loads(line)
            if slot != self._own:
                self._ring(slot, job)

    def _keep_pinging(self) -> None:
        silent = False
        while not self._stopping.wait(_PING_SECONDS):
            assert self._transport is not None
            self._transport.send(self._own, "")
            if time.monotonic() - self._heard <= _SILENCE_SECONDS:
                silent = False
                continue
            if not silent:
                _log.warning("No rings come over the broker any more; listening anew.")
            silent = True
            self._heard = time.monotonic()
            self._end()

    def _end(self) -> None:
        if (process := self._process) is not None:
            process.kill()
