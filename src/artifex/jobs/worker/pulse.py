"""Heartbeats of a slot's process: lines of JSON on its stdout, read by its supervisor.

They do not go through the database, because a process stopped by a signal may hold the database's lock.
"""

import json
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TextIO

PULSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Pulse:
    """One heartbeat: what the slot's process is doing. Times in seconds."""

    job: str = ""
    """The job's id; empty while it waits for one."""
    token: str = ""
    idle: float = 0.0
    """Since the job last made progress."""
    unheeded: float = 0.0
    """Since the job was asked to cancel."""
    longest_step: float = 0.0
    expected_step: float = 0.0
    """Predicted by the plan, until the current stage has measured a step."""

    def line(self) -> str:
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def of(cls, line: str) -> "Pulse":
        """Raises ValueError or TypeError for a line that is no heartbeat."""
        return cls(**json.loads(line))


class Pulses:
    """Writes a heartbeat every second, and at once on :meth:`beat`."""

    def __init__(self, output: TextIO, look: Callable[[], Pulse]) -> None:
        self._output, self._look = output, look
        self._lock = threading.Lock()

    def start(self) -> None:
        threading.Thread(target=self._run, name="pulse", daemon=True).start()

    def beat(self) -> None:
        try:
            with self._lock:
                self._output.write(self._look().line())
                self._output.flush()
        except (OSError, ValueError):
            pass  # the supervisor is gone; the closed stdin ends this process

    def _run(self) -> None:
        never = threading.Event()
        while not never.wait(PULSE_SECONDS):
            self.beat()
