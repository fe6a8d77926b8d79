"""Shows on a terminal the progress of downloading and verifying a model's files."""

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn


class Transfer:
    """A :class:`artifex.jobs.work.pull.PullReport` for people; silent when ``quiet``."""

    def __init__(self, quiet: bool) -> None:
        self._console = Console(stderr=True, quiet=quiet)
        self._bar = Progress(
            TextColumn("{task.description:<40.40}", markup=False),
            BarColumn(bar_width=24),
            DownloadColumn(binary_units=True),
            TransferSpeedColumn(),
            TimeRemainingColumn(compact=True),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task("Asking the hub", total=None)

    def __enter__(self) -> "Transfer":
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def begin(self, total: int, here: int) -> None:
        self._bar.reset(self._task, total=total, completed=here)

    def file(self, path: str) -> None:
        self._bar.update(self._task, description=path[-40:])
        if not self._console.is_terminal:
            self._console.print(f"{path} ...", markup=False, highlight=False)

    def received(self, count: int) -> None:
        self._bar.advance(self._task, count)

    def retrying(self, why: str) -> None:
        self._console.print(f"Trying again: {why}.", markup=False, highlight=False)


class Hashing:
    """Shows which file is being read; silent when ``quiet`` or not on a terminal."""

    def __init__(self, quiet: bool) -> None:
        self._console = Console(stderr=True, quiet=quiet)
        self._status = self._console.status("Reading ...")

    def __enter__(self) -> "Hashing":
        if self._console.is_terminal:
            self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._status.stop()

    def file(self, path: str) -> None:
        from rich.text import Text

        self._status.update(Text(f"Reading {path}"))
