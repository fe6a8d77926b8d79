"""Commands, options and links in README, CONTRIBUTING and docs/ are real."""

import re
import shlex
from pathlib import Path

import pytest
import typer.main

from artifex.cli.main import app

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
IDS = [str(path.relative_to(ROOT)) for path in DOCUMENTS]
COMMANDS = typer.main.get_command(app).commands  # pyright: ignore[reportAttributeAccessIssue]


def code_in(text: str) -> list[str]:
    """Lines of fenced blocks, joined where they are continued, and inline code."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line.strip() for block in blocks for line in re.sub(r"[\\`]\n", " ", block).splitlines()]
    prose = re.sub(r"^```\w*\n.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return [*lines, *re.findall(r"`([^`\n]+)`", prose)]


@pytest.fixture(scope="module")
def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS, ids=IDS)
def test_make_targets_exist(document: Path, make_targets: set[str]) -> None:
    named = {
        match[1]
        for code in code_in(document.read_text(encoding="utf-8"))
        if (match := re.match(r"make ([a-z-]+)", code))
    }
    assert named <= make_targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=IDS)
def test_artifex_commands_and_options_exist(document: Path) -> None:
    for code in code_in(document.read_text(encoding="utf-8")):
        match = re.match(r"(?:\.venv[/\\](?:bin|Scripts)[/\\])?artifex ([a-z]+)(.*)", code)
        if match is None:
            continue
        assert match[1] in COMMANDS, code
        words = shlex.split(match[2], comments=True)
        command = COMMANDS[match[1]]
        if words and words[0] in getattr(command, "commands", {}):
            command = command.commands[words[0]]
        known = {option for parameter in command.params for option in parameter.opts} | {"--help", "-h"}
        options = {word.partition("=")[0] for word in words if re.match(r"-{1,2}[a-z]", word)}
        assert options <= known, code


@pytest.mark.parametrize("document", DOCUMENTS, ids=IDS)
def test_links_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", document.read_text(encoding="utf-8"))
    missing = [target for target in targets if not (document.parent / target).exists()]
    assert not missing


@pytest.mark.parametrize(
    "target",
    [
        "help",
        "setup",
        "demo",
        "web",
        "test",
        "parity",
        "check",
        "web-check",
        "screenshots",
        "train-starter",
        "bench",
        "clean",
    ],
)
def test_the_promised_targets_are_there(target: str, make_targets: set[str]) -> None:
    assert target in make_targets
