"""A render's progress on a terminal."""

import signal
from types import FrameType, TracebackType

from rich.console import Console
from rich.progress import Progress as Bars


class FilmProgress:
    """A :class:`artifex.jobs.films.rendering.Progress` for people. Ctrl-C stops the render after the frame at hand."""

    def __init__(self) -> None:
        self._bars = Bars(console=Console(stderr=True), transient=True)
        self._task = self._bars.add_task("Rendering", total=None)
        self._is_stopping = False

    def __enter__(self) -> "FilmProgress":
        self._before = signal.signal(signal.SIGINT, self._stop)
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()
        signal.signal(signal.SIGINT, self._before)

    def frames(self, done: int, of: int) -> None:
        self._bars.update(self._task, completed=done, total=of)

    def stopping(self) -> bool:
        return self._is_stopping

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._is_stopping = True
