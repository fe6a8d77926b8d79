"""Reports a job's progress from its own thread, so that computing waits neither for database nor storage."""

import logging
import threading
from collections.abc import Callable
from types import TracebackType

from artifex.errors import ArtifexError
from artifex.jobs.queue import Progress

_PAUSE_SECONDS = 0.5
"""Pause after each report: at most two a second."""

_log = logging.getLogger(__name__)


class Teller:
    """Passes on the latest progress it is given; the last one always, when the ``with`` block ends."""

    def __init__(self, tell: Callable[[Progress, Callable[[], str] | None], None]) -> None:
        """``tell(progress, draw)`` is called in the thread; ``draw()``, if given, makes and stores a preview and
        returns its version."""
        self._tell = tell
        self._lock = threading.Lock()
        self._progress: Progress | None = None
        self._draw: Callable[[], str] | None = None
        self._news = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="teller", daemon=True)

    def __enter__(self) -> "Teller":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._news.set()
        self._thread.join()

    def give(self, progress: Progress, draw: Callable[[], str] | None = None) -> None:
        with self._lock:
            self._progress = progress
            self._draw = draw or self._draw
        self._news.set()

    def _run(self) -> None:
        while not self._over.is_set():
            self._news.wait()
            self._pass_on()
            self._over.wait(_PAUSE_SECONDS)
        self._pass_on()

    def _pass_on(self) -> None:
        with self._lock:
            progress, draw = self._progress, self._draw
            self._progress = self._draw = None
            self._news.clear()
        if progress is None:
            return
        try:
            self._tell(progress, draw)
        except ArtifexError as error:  # the lease notices what matters; the next report follows anyway
            _log.debug("Progress was not told: %s", error.message)
        except Exception:  # noqa: BLE001 (outermost handler of this thread: without it reports would stop)
            _log.exception("Progress was not told.")
