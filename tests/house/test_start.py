"""Nothing heavy is imported before it is needed."""

import json
import os
import subprocess
import sys

import pytest

HEAVY = ("torch", "diffusers", "transformers", "tokenizers", "av", "numpy", "PIL", "rich.console")

REPORT = """
import json, sys
from artifex.cli.main import main
status = main({arguments})
print()
print(json.dumps([status, sorted(sys.modules)]))
"""


def modules_after(*arguments: str) -> set[str]:
    """What a fresh process has imported when the command is over; the command must succeed."""
    child = [sys.executable, "-c", REPORT.format(arguments=json.dumps(arguments))]
    output = subprocess.run(child, capture_output=True, text=True, check=True, timeout=60).stdout
    status, modules = json.loads(output.splitlines()[-1])
    assert status == 0
    return set(modules)


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("generate", "--help"), ("plan", "--help")])
def test_help_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    assert not modules_after(*arguments) & set(HEAVY)


@pytest.mark.parametrize("arguments", [("models", "--json"), ("licenses", "--json")])
def test_commands_that_only_tell_import_no_torch(arguments: tuple[str, ...]) -> None:
    assert not modules_after(*arguments) & {"torch", "diffusers", "transformers"}


def test_the_package_runs_as_the_command_does() -> None:
    named = [sys.executable, "-m", "artifex", "models", "--nonsense"]
    told = subprocess.run(named, capture_output=True, text=True, check=False, timeout=60)
    assert (told.returncode, told.stdout) == (2, "")
    assert "--help shows the options" in told.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs the resource module")
def test_help_takes_a_third_of_a_second() -> None:
    assert min(cpu_seconds([sys.executable, "-m", "artifex.cli.main", "--help"]) for _ in range(5)) < 0.3


def cpu_seconds(command: list[str]) -> float:
    """Processor time of a child: what it takes on a machine that does nothing else."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment, timeout=60)
    after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system
