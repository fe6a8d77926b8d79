"""The host memory that a clip takes, comparable with a plan's ``ram``."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from artifex.machine import held_memory, peak_memory

_SAMPLE_SECONDS = 0.01
"""A sample takes some 20 microseconds."""


class MemoryMeter:
    """Watches this process's memory, and keeps the most that was seen.

    A plan counts what the system cannot drop: it does not count the pages of weights files that are read on their way
    to a GPU. Nor does this, though such pages belong to the process as long as nobody else needs the memory. On the
    processor a plan counts all weights, because each step computes with them; so what is mapped from files counts here
    too, but only once the model is loaded: files whose weights are converted are mapped no longer than that.

    Where the system does not tell the two apart (outside Linux), it is all that the process has held since its start.
    """

    def __init__(self) -> None:
        self._peak = 0
        self._with_files = False
        self._over = threading.Event()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Forget what was seen before, and watch until the block ends."""
        self._peak, self._with_files, self._over = 0, False, threading.Event()
        watcher = threading.Thread(target=self._watch, args=(self._over,), name="memory", daemon=True)
        watcher.start()
        try:
            yield
        finally:
            self._over.set()
            watcher.join()

    def count_files(self) -> None:
        """From now on, count what is mapped from files as well: the model is loaded, on the processor."""
        self._with_files = True

    @property
    def peak(self) -> int:
        """In bytes."""
        self._look()
        return self._peak or peak_memory()

    def _watch(self, over: threading.Event) -> None:
        while not over.wait(_SAMPLE_SECONDS):
            self._look()

    def _look(self) -> None:
        if (held := held_memory()) is not None:
            self._peak = max(self._peak, held.own + (held.mapped if self._with_files else 0))
