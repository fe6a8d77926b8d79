"""Runs the real program in a child process with a state folder of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def artifex(tmp_path: Path) -> Run:
    """``artifex(*arguments)`` in an empty folder ``tmp_path / "work"``; returns the finished process.

    ``program`` runs instead of the command line's own start.
    """
    work = tmp_path / "work"
    work.mkdir()

    def run(
        *arguments: str | bytes, program: str | None = None, **options: object
    ) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, "ARTIFEX_HOME": str(tmp_path / "home"), "COLUMNS": "200"}
        start = ["-m", "artifex.cli.main"] if program is None else ["-c", program]
        command = [sys.executable, *start, *arguments]
        settings: dict[str, object] = {"cwd": work, "env": environment, "timeout": 300, "capture_output": True}
        return subprocess.run(command, check=False, encoding="utf-8", errors="replace", **(settings | options))  # type: ignore[call-overload]

    return run
