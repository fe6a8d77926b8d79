"""How a slot's process hears from its supervisor: a line on stdin is a ring, the end of stdin asks it to leave."""

import signal
import threading
from typing import BinaryIO


class Doorbell:
    """Receives rings. They may come twice, late or not at all, so a ring only means: look at the database."""

    def __init__(self, lines: BinaryIO) -> None:
        self._lines = lines
        self._rung = threading.Event()
        self._leaving = threading.Event()

    def listen(self) -> None:
        """Start listening. SIGTERM asks to leave as well; SIGINT is ignored, for Ctrl+C reaches the supervisor too."""
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
        """Wait for a ring, at most ``seconds``."""
        self._rung.wait(seconds)
        self._rung.clear()

    def _on_signal(self, _number: int, _frame: object) -> None:
        # In a new thread: the interrupted thread may hold the lock that setting the event needs.
        threading.Thread(target=self.leave, daemon=True).start()

    def _read(self) -> None:
        for _ in self._lines:
            self._rung.set()
        self.leave()
