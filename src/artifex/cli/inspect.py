"""``artifex inspect``: what a clip is and how it was made."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from artifex.cli.options import AsJson


def inspect(
    clip: Annotated[str, typer.Argument(help="A clip, a folder of frames, or a PNG picture.", metavar="CLIP")],
    as_json: AsJson = False,
) -> None:
    """Show what a clip is and the recipe it was made from."""
    from artifex.media.recipe_tag import read_recipe_text
    from artifex.recipe import parse_recipe

    path = Path(clip)
    text = read_recipe_text(path)
    recipe = parse_recipe(text) if text is not None else None
    found = None if path.is_dir() else _facts(path)
    if as_json:
        print(json.dumps({"recipe": recipe.to_data() if recipe else None, "file": _plain(found)}, default=str))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(show_header=False, box=None)
    rows: dict[str, Any] = {**_plain(found), **(recipe.to_data() if recipe else {"recipe": "none in this file"})}
    if recipe is not None:
        rows |= {"model": recipe.model.name, "recipe": recipe.sha256}
    for name, value in rows.items():
        if value or value == 0:
            table.add_row(name.replace("_", " "), _words(value))
    Console().print(table)


def _facts(path: Path) -> object:
    from artifex.media.facts import file_facts
    from artifex.media.probe import probe
    from artifex.media.untrusted import FileKind, file_kind

    return file_facts(path).image if file_kind(path) is FileKind.PNG else probe(path)


def _plain(found: object) -> dict[str, Any]:
    from dataclasses import asdict, is_dataclass

    return asdict(found) if is_dataclass(found) and not isinstance(found, type) else {}


def _words(value: Any) -> "Any":
    from rich.text import Text

    text = json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list | tuple) else str(value)
    return Text(text)
