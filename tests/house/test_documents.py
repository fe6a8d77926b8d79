"""Commands, options, links and anchors in the project's documents are real."""

import re
import shlex
from pathlib import Path

import pytest
import typer.main

from artifex.cli.main import app
from artifex.settings import PREFIX, VARIABLES

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *(found for room in ("docs", "deploy", "benchmarks", "training") for found in sorted((ROOT / room).rglob("*.md"))),
]
IDS = [str(path.relative_to(ROOT)) for path in DOCUMENTS]
COMMANDS = typer.main.get_command(app).commands  # pyright: ignore[reportAttributeAccessIssue]


def code_in(text: str) -> list[str]:
    """Lines of fenced blocks, joined where they are continued, and inline code."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line.strip() for block in blocks for line in re.sub(r"[\\`]\n", " ", block).splitlines()]
    return [*lines, *re.findall(r"`([^`\n]+)`", without_blocks(text))]


def without_blocks(text: str) -> str:
    return re.sub(r"^```\w*\n.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def links_of(document: Path) -> list[tuple[str, str]]:
    """Paths and anchors of the links to files of this repository; a path is empty where it is the document's own."""
    targets = re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", without_blocks(document.read_text(encoding="utf-8")))
    return [(path, anchor) for path, _, anchor in (target.partition("#") for target in targets)]


def anchors_of(document: Path) -> set[str]:
    """What its headings can be reached by, as GitHub names them."""
    text = without_blocks(document.read_text(encoding="utf-8"))
    headings = re.findall(r"^#{1,6} +(.+?) *$", text, re.MULTILINE)
    shown = [re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).lower() for heading in headings]
    return {re.sub(r"[^\w -]", "", heading).replace(" ", "-") for heading in shown}


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
        if words and not words[0].startswith("-") and hasattr(command, "commands"):
            assert words[0] in command.commands, code
            command = command.commands[words[0]]
        known = {option for parameter in command.params for option in parameter.opts} | {"--help", "-h"}
        options = {word.partition("=")[0] for word in words if re.match(r"-{1,2}[a-z]", word)}
        assert options <= known, code


@pytest.mark.parametrize("document", DOCUMENTS, ids=IDS)
def test_modules_that_are_run_exist_and_know_their_options(document: Path) -> None:
    for code in code_in(document.read_text(encoding="utf-8")):
        match = re.match(r"(?:\S*[/\\])?python3? -m ((?:benchmarks|training|tools)\.[\w.]+)(.*)", code)
        if match is None:
            continue
        module = ROOT / match[1].replace(".", "/")
        sources = sorted(module.glob("*.py")) or [module.with_suffix(".py")]
        text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
        options = [word for word in shlex.split(match[2], comments=True) if word.startswith("--")]
        assert [option for option in options if f'"{option}"' not in text] == [], code


@pytest.mark.parametrize("document", DOCUMENTS, ids=IDS)
def test_links_lead_somewhere(document: Path) -> None:
    missing = [path for path, _ in links_of(document) if not (document.parent / path).exists()]
    assert not missing


@pytest.mark.parametrize("document", DOCUMENTS, ids=IDS)
def test_anchors_lead_to_a_heading(document: Path) -> None:
    wanted = [(document.parent / path if path else document, anchor) for path, anchor in links_of(document) if anchor]
    missing = [f"{path.name}#{anchor}" for path, anchor in wanted if anchor not in anchors_of(path)]
    assert not missing


def test_the_guide_lists_every_variable_that_the_program_reads() -> None:
    text = (ROOT / "docs/guide/machine.md").read_text(encoding="utf-8")
    listed = re.search(r"^## Environment variables\n(.*?)^## ", text, re.MULTILINE | re.DOTALL)
    assert listed is not None
    rows = [line.split(" | ")[0] for line in listed[1].splitlines() if line.startswith("|")]
    assert set(re.findall(rf"{PREFIX}(\w+)", " ".join(rows))) == set(VARIABLES)


def test_what_the_program_refers_to_is_there() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    named = [target.partition("#") for target in re.findall(r"docs/[\w/.-]+\.md(?:#[\w-]+)?", sources)]
    ours = [(ROOT / path, anchor) for path, _, anchor in named if path != "docs/gguf.md"]  # somebody else's
    assert ("security.md", "the-sandbox") in {(path.name, anchor) for path, anchor in ours}
    assert not [path for path, _ in ours if not path.is_file()]
    assert not [anchor for path, anchor in ours if anchor and anchor not in anchors_of(path)]


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
