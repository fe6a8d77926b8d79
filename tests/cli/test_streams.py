"""Standard streams that are closed, full, or whose reader is gone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FULL = Path("/dev/full")

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs a POSIX shell")


def shell(line: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a line in which ``artifex`` stands for the program, and tell how it ended by ``$?``."""
    words = f'artifex() {{ "{sys.executable}" -m artifex.cli.main "$@"; }}\n{line}'
    environment = {**os.environ, "ARTIFEX_HOME": str(folder / "home")}
    command = ["bash", "-c", words]
    return subprocess.run(
        command, check=False, cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=120
    )


@pytest.mark.parametrize("words", ["models", "models --json", "--help"])
def test_a_reader_who_leaves_is_no_failure(words: str, tmp_path: Path) -> None:
    told = shell(f"artifex {words} | true; exit ${{PIPESTATUS[0]}}", tmp_path)
    assert (told.returncode, told.stderr) == (0, "")


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_closed_streams_lead_nowhere(closed: str, tmp_path: Path) -> None:
    told = shell(f"artifex models --json {closed}", tmp_path)
    assert (told.returncode, told.stderr) == (0, "")


@pytest.mark.parametrize("words", ["generate -", "users add anna"])
def test_nothing_comes_from_a_closed_standard_input(words: str, tmp_path: Path) -> None:
    told = shell(f"artifex {words} <&-", tmp_path)
    assert told.returncode == 2, told.stderr
    assert len(told.stderr.splitlines()) == 1


def test_a_refusal_is_not_told_where_results_are(tmp_path: Path) -> None:
    told = shell("artifex models nope 2>&-", tmp_path)
    assert (told.returncode, told.stdout) == (2, "")


@pytest.mark.skipif(not FULL.exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("words", ["models", "models --json", "--version"])
def test_a_full_disk_below_the_output_is_told(words: str, tmp_path: Path) -> None:
    told = shell(f"artifex {words} > {FULL}", tmp_path)
    assert told.returncode == 3
    assert "disk is full" in told.stderr
    assert len(told.stderr.splitlines()) == 1
