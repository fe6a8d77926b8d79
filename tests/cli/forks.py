"""Commands in processes of their own that need not import everything anew: forks of one that has done so.

What a command does before its imports, and which imports it does without, is for tests with fresh processes.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Self

PROGRAM = """
import json, os, signal, sys
import artifex.catalog.adopt, artifex.catalog.wan.model, artifex.cli.request, artifex.jobs.work.generate, artifex.wiring
import alembic.command, artifex.jobs.films.local, artifex.jobs.films.local_render, artifex.media.facts
from artifex.cli.main import run

for line in sys.stdin:
    job = json.loads(line)
    child = os.fork()
    if child == 0:
        signal.alarm(job["seconds"])
        os.environ["ARTIFEX_HOME"] = job["home"]
        os.chdir(job["folder"])
        for descriptor, (name, mode) in enumerate(job["streams"]):
            os.dup2(os.open(name, mode), descriptor)
        sys.argv[1:] = job["arguments"]
        run()
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Forks:
    """Runs one command after the other; to be used in a ``with`` statement."""

    def __init__(self, scratch: Path) -> None:
        self._streams = scratch / "stdout", scratch / "stderr"
        self._parent = subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "COLUMNS": "200"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._parent.communicate(timeout=10)

    def run(
        self, arguments: list[str], home: Path, folder: Path, seconds: int = 60
    ) -> "subprocess.CompletedProcess[str]":
        """The finished process; one that takes longer than ``seconds`` is ended by a signal."""
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        for path in self._streams:
            path.write_bytes(b"")
        streams = [(os.devnull, os.O_RDONLY), *((str(path), os.O_WRONLY) for path in self._streams)]
        job = {
            "arguments": arguments, "home": str(home), "folder": str(folder), "seconds": seconds, "streams": streams
        }  # fmt: skip
        self._parent.stdin.write(f"{json.dumps(job)}\n")
        self._parent.stdin.flush()
        code = int(self._parent.stdout.readline())
        output, errors = (path.read_text(errors="replace") for path in self._streams)
        return subprocess.CompletedProcess(arguments, code, output, errors)
