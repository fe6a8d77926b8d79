"""The life signs of a slot's process: lines on its standard output that its supervisor reads.

They do not go through the database, for a process that is held by a signal may be holding the database's lock.
"""

import json
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TextIO

PULSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Pulse:
    """What a slot's process is at. Times in seconds."""

    job: str = ""
    """Empty: it waits."""
    token: str = ""
    idle: float = 0.0
    """Since the job last got anywhere."""
    unheeded: float = 0.0
    """Since the job was asked to be cancelled."""
    longest_step: float = 0.0
    expected_step: float = 0.0
    """By the plan, until the stage at hand has shown its own."""

    def line(self) -> str:
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def of(cls, line: str) -> "Pulse":
        """Raises ValueError, TypeError for a line that is none."""
        return cls(**json.loads(line))


class Pulses:
    """Writes a line at once when something changes, and one every second."""

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
            pass  # nobody supervises any more; the closed doorbell says so too

    def _run(self) -> None:
        never = threading.Event()
        while not never.wait(PULSE_SECONDS):
            self.beat()
