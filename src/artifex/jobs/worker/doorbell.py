"""How a slot's process hears from its supervisor: a line on standard input is a ring, its end asks it to leave."""

import signal
import threading
from typing import BinaryIO


class Doorbell:
    """Rings may come twice, late or not at all: whoever hears one looks at the database."""

    def __init__(self, lines: BinaryIO) -> None:
        self._lines = lines
        self._rung = threading.Event()
        self._leaving = threading.Event()

    def listen(self) -> None:
        """From now on; SIGTERM asks to leave as well. SIGINT is the supervisor's, who gets it from the same key."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, self._on_signal)
        threading.Thread(target=self._read, name="doorbell", daemon=True).start()

    @property
    def leaving(self) -> bool:
        return self._leaving.is_set()

    def leave(self) -> None:
        self._leaving.set()
        self._rung.set()

    def wait(self, seconds: float) -> None:
        """Until it rings, at most so long."""
        self._rung.wait(seconds)
        self._rung.clear()

    def _on_signal(self, _number: int, _frame: object) -> None:
        # In a thread: the one that was interrupted may be holding the very lock that setting an event takes.
        threading.Thread(target=self.leave, daemon=True).start()

    def _read(self) -> None:
        for _ in self._lines:
            self._rung.set()
        self.leave()
