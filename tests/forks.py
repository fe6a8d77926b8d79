"""Test processes that start fast: forks of a server process that has imported everything and done nothing else.

They can be killed like any other process. Tests of what happens before or during imports, of which imports are avoided,
or of environment variables read by them need fresh processes instead.
"""

import multiprocessing
import os
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Self

import psutil

IMPORTED = (
    "alembic.command",
    "artifex.api.app",
    "artifex.api.server",
    "artifex.catalog.adopt",
    "artifex.catalog.wan.model",
    "artifex.cli.main",
    "artifex.cli.request",
    "artifex.jobs.films.local_render",
    "artifex.jobs.worker.execute",
    "artifex.wiring",
    "transformers.models.wav2vec2",
)
COMMAND_LINE = "from artifex.cli.main import run; run()"
"""Runs the command line."""

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([*IMPORTED])


class Fork:
    """A process that runs a Python program; used like :class:`subprocess.Popen`."""

    def __init__(
        self,
        program: str,
        words: Sequence[str],
        environment: Mapping[str, str],
        folder: Path | str = ".",
        pipes: Sequence[int] = (1, 2),
        log: Path | None = None,
        leads: bool = False,
    ) -> None:
        """``program``: Python source; ``words``: its arguments; ``environment``: its whole environment; ``folder``: its
        working directory; ``pipes``: the standard streams (0 to 2) to connect to this process. Other output is appended
        to ``log``; without one, stdout is dropped and stderr inherited. ``leads``: it starts a new session."""
        ends = {number: FORKS.Pipe(duplex=False) for number in pipes}
        theirs = {number: reads if number == 0 else writes for number, (reads, writes) in ends.items()}
        task = (program, words, dict(environment), Path(folder).resolve(), theirs, log, leads)
        self._process = FORKS.Process(target=_run, args=task, daemon=True)
        self._process.start()
        for end in theirs.values():
            end.close()
        ours = {number: writes if number == 0 else reads for number, (reads, writes) in ends.items()}
        self._streams = {number: _file(end, "w" if number == 0 else "r") for number, end in ours.items()}

    @property
    def stdin(self) -> IO[str]:
        return self._streams[0]

    @property
    def stdout(self) -> IO[str]:
        return self._streams[1]

    @property
    def stderr(self) -> IO[str]:
        return self._streams[2]

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """None while it runs; negative if a signal ended it."""
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Does nothing if the process has ended."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, seconds: float | None = None) -> int:
        """Wait for the exit code. Raises TimeoutError."""
        self._process.join(seconds)
        if self.returncode is None:
            raise TimeoutError(f"the process {self.pid} lives on after {seconds} s")
        return self.returncode

    def communicate(self, seconds: float = 300) -> tuple[str, str]:
        """Read stdout and stderr to the end; kills the process after ``seconds``."""
        timer = threading.Timer(seconds, self.kill)
        timer.start()
        with ThreadPoolExecutor(1) as aside:
            errors = aside.submit(self.stderr.read)
            output = self.stdout.read()
        self.wait()
        timer.cancel()
        return output, errors.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for stream in self._streams.values():
            stream.close()
        self.wait()


def _file(end: Connection, mode: str) -> IO[str]:
    with end:
        return os.fdopen(os.dup(end.fileno()), mode, encoding="utf-8", errors="replace")


def _run(
    program: str,
    words: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    pipes: Mapping[int, Connection],
    log: Path | None,
    leads: bool,
) -> None:
    import torch

    assert psutil.Process(os.getppid()).num_threads() == 1, "threads do not come along, nor let go of what they hold"
    assert set(IMPORTED) <= set(sys.modules)
    if leads:
        os.setsid()
    written = os.open(log or os.devnull, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    for number in (1,) if log is None else (1, 2):
        os.dup2(written, number)
    for number, end in pipes.items():
        os.dup2(end.fileno(), number)
        end.close()
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None
    os.chdir(folder)
    torch.set_num_threads(int(environment.get("OMP_NUM_THREADS", torch.get_num_threads())))
    sys.argv = ["-c", *words]
    exec(program, {"__name__": "__main__"})
