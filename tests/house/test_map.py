"""docs/architecture.md names only what exists, and every room there is."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "artifex"
WEB = ROOT / "web" / "src"
TEXT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")

PATHS = sorted(set(re.findall(r"[\w.-]+(?:/[\w.-]+)*(?:/|\.(?:py|md|toml|txt|json))(?=\W)", TEXT)))
FUNCTIONS = sorted(set(re.findall(r"([\w./-]+\.py)::([\w.]*\w)", TEXT)))


def find(path: str) -> Path | None:
    """A path told from the package, the top of the repository, the document, a room, or the page."""
    places = [folder / path for folder in (PACKAGE, ROOT, ROOT / "docs", WEB, WEB / "features", WEB / "shared")]
    return next(
        (place for place in (*places, *PACKAGE.glob(f"*/{path}"), *PACKAGE.glob(f"*/*/{path}")) if place.exists()), None
    )


def names_in(path: Path) -> set[str]:
    """Functions and classes of a module, and methods as ``Class.method``."""
    definitions = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    names: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, definitions):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{inner.name}" for inner in node.body if isinstance(inner, definitions)}
    return names


@pytest.mark.parametrize("path", PATHS)
def test_the_file_is_there(path: str) -> None:
    assert find(path) is not None


@pytest.mark.parametrize(("path", "name"), FUNCTIONS)
def test_the_function_is_there(path: str, name: str) -> None:
    assert name in names_in(PACKAGE / path)


def test_the_life_of_a_request_names_functions() -> None:
    assert len(FUNCTIONS) >= 15


def test_every_room_has_a_row() -> None:
    rooms = {f"{path.name}/" for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    modules = {path.name for path in PACKAGE.glob("*.py")} - {"__init__.py"}
    table = "\n".join(line for line in TEXT.splitlines() if line.startswith("| `"))
    missing = [name for name in sorted(rooms | modules) if f"`{name}`" not in table]
    assert not missing


def test_every_feature_of_the_page_is_named() -> None:
    features = {f"`{path.name}/`" for path in (WEB / "features").iterdir() if path.is_dir()}
    assert not {name for name in features if name not in TEXT}
