"""The supervisor's handle on a slot's process: a line on its stdin rings it, closing stdin asks it to leave."""

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict

from artifex.jobs.queue import Slot
from artifex.jobs.worker.pulse import Pulse

PROGRAM = (sys.executable, "-m", "artifex.jobs.worker.slot")

_log = logging.getLogger(__name__)


class Child:
    """The process starts when this is created."""

    def __init__(
        self, slot: Slot, poll_seconds: float, environment: Mapping[str, str], program: Sequence[str] = PROGRAM
    ) -> None:
        self.slot = slot
        self.pulse = Pulse()
        """The last heartbeat."""
        self.has_begun = False
        """Whether it has sent a heartbeat yet."""
        self._heard = time.monotonic()
        self._gone = threading.Event()
        words = ["--slot", json.dumps(asdict(slot)), "--poll", str(poll_seconds)]
        self._process = subprocess.Popen(
            [*program, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **environment},
        )
        threading.Thread(target=self._read, name=f"pulse-{slot.name}", daemon=True).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def silence(self) -> float:
        """Seconds since the last heartbeat."""
        return time.monotonic() - self._heard

    def ring(self) -> None:
        """Tell it to look for work. Does not block: rings are too few to fill the pipe of a process that hangs."""
        with suppress(OSError, ValueError):
            assert self._process.stdin is not None
            self._process.stdin.write(b"\n")
            self._process.stdin.flush()

    def ask_to_leave(self) -> None:
        with suppress(OSError, ValueError):
            assert self._process.stdin is not None
            self._process.stdin.close()

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()

    def wait(self, seconds: float | None) -> int | None:
        """Its exit code, or None if it still runs after ``seconds``; with None, waits until it ends."""
        return self._process.wait() if self._gone.wait(seconds) else None

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._heard, self.has_begun = time.monotonic(), True
            try:
                self.pulse = Pulse.of(line.decode())
            except (ValueError, TypeError):
                _log.warning("Slot %s said something that is no life sign: %.80r", self.slot.name, line)
        self._gone.set()
