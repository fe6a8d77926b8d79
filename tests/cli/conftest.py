"""Runs the real program in a child process with a state folder of its own."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.forks import COMMAND_LINE, Fork
from tests.golden.cases import find_case

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def artifex(tmp_path: Path) -> Run:
    """``artifex(*arguments)`` in an empty folder ``tmp_path / "work"``; returns the finished process.

    ``program`` runs instead of the command line's own start; ``home`` is a state folder to share with others.
    """
    work = tmp_path / "work"
    work.mkdir(exist_ok=True)

    def run(
        *arguments: str | bytes, program: str | None = None, home: Path = tmp_path / "home", **options: object
    ) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, "ARTIFEX_HOME": str(home), "COLUMNS": "200"}
        start = ["-m", "artifex.cli.main"] if program is None else ["-c", program]
        command = [sys.executable, *start, *arguments]
        settings: dict[str, object] = {"cwd": work, "env": environment, "timeout": 300, "capture_output": True}
        return subprocess.run(command, check=False, encoding="utf-8", errors="replace", **(settings | options))  # type: ignore[call-overload]

    return run


def run_forked(arguments: Sequence[str | bytes], home: Path | None, folder: Path) -> "subprocess.CompletedProcess[str]":
    """``home``: None for the folder that the system names."""
    environment = {**os.environ, "COLUMNS": "200"} | ({} if home is None else {"ARTIFEX_HOME": str(home)})
    words = [os.fsdecode(argument) for argument in arguments]
    with Fork(COMMAND_LINE, words, environment, folder) as process:
        output, errors = process.communicate(60)
    return subprocess.CompletedProcess(words, process.wait(), output, errors)


@pytest.fixture
def forked(tmp_path: Path) -> Run:
    """As ``artifex``, in a quicker way, for commands whose imports do not matter."""
    work = tmp_path / "work"
    work.mkdir(exist_ok=True)

    def run(
        *arguments: str | bytes, home: Path | None = tmp_path / "home", cwd: Path = work
    ) -> "subprocess.CompletedProcess[str]":
        return run_forked(arguments, home, cwd)

    return run


TINY = {
    "tiny-i2v": ("pipe_i2v", "wan2.2-i2v-a14b"),
    "tiny-ti2v": ("pipe_ti2v", "wan2.2-ti2v-5b"),
}
"""Name -> golden case whose checkpoint it is, and the model it is like."""


@pytest.fixture(scope="session")
def tiny_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder in which small Wan models are installed. Tests leave it as it is, but for kept files."""
    home = tmp_path_factory.mktemp("tiny") / "home"
    for name, (case, like) in TINY.items():
        folder = find_case(case).folder / "ckpt"
        words = ["models", "add", str(folder), "--name", name, "--like", like]
        environment = {**os.environ, "ARTIFEX_HOME": str(home)}
        subprocess.run([sys.executable, "-m", "artifex.cli.main", *words], check=True, env=environment)
    return home
