"""The list of models: as data, and as a table."""

from typing import Any

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from artifex.catalog import registry
from artifex.catalog.shelf import Shelf
from artifex.catalog.spec import ModelSpec
from artifex.units import show_bytes


def rows(shelf: Shelf) -> list[dict[str, Any]]:
    """One row for each model, in order of name; sizes on disk in bytes."""
    default = registry.default_model(shelf.root)
    return [_row(spec, shelf, default) for spec in registry.models(shelf.root).values()]


def _row(spec: ModelSpec, shelf: Shelf, default: str) -> dict[str, Any]:
    return {
        "name": spec.name,
        "title": spec.title,
        "tasks": list(spec.tasks),
        "size": str(spec.defaults.size),
        "frames": spec.defaults.frame_count,
        "frame_rate": str(spec.defaults.frame_rate),
        "installed": spec.folder is not None,
        "bytes": registry.bytes_on_disk(spec, shelf.root),
        "licence": spec.licence,
        "default": spec.name == default,
        "folder": str(spec.folder) if spec.folder is not None else None,
    }


def show(rows: list[dict[str, Any]]) -> None:
    """Print the rows as a table that fits a narrow terminal, and how to install a missing model."""
    table = Table(
        Column("model", no_wrap=True), "makes", Column("on disk", no_wrap=True), box=None, padding=(0, 2, 0, 0)
    )
    for row in rows:
        shape = f"{row['size']}, {row['frames']} frames at {row['frame_rate']} fps, {row['licence']}"
        on_disk = "not installed" if row["bytes"] is None else show_bytes(row["bytes"])
        called = Text(f"{row['name']}\n(default)" if row["default"] else row["name"])
        table.add_row(called, Text.assemble(row["title"], "\n", (shape, "dim")), on_disk)
    console = Console()
    console.print(table)
    if not all(row["installed"] for row in rows):
        console.print("To install one: artifex models pull NAME", highlight=False)
