"""Shows on a terminal how many frames of a film are done."""

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn


class FilmProgress:
    """A :class:`artifex.jobs.films.rendering.Progress` for people; silent when ``quiet``."""

    def __init__(self, words: str, quiet: bool) -> None:
        self.done, self.of = 0, 0
        self._stopping = False
        self._words = words
        self._console = console = Console(stderr=True, quiet=quiet)
        self._bar = Progress(
            TextColumn("{task.description:<18}", markup=False),
            BarColumn(bar_width=30),
            TaskProgressColumn(),
            MofNCompleteColumn(),
            TextColumn("frames"),
            TimeRemainingColumn(compact=True),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task(words, total=None)

    def __enter__(self) -> "FilmProgress":
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def stop(self) -> None:
        """Ask to stop after the current frame."""
        self._stopping = True
        self._bar.update(self._task, description="Stopping")

    def frames(self, done: int, of: int) -> None:
        if not self.of and not self._console.is_terminal:
            self._console.print(f"{self._words} ...", markup=False, highlight=False)
        self.done, self.of = done, of
        self._bar.update(self._task, completed=done, total=of)

    def stopping(self) -> bool:
        return self._stopping
