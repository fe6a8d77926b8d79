"""``artifex models``: what this machine can make clips with."""

import json
from typing import Any

from artifex.cli.options import AsJson


def models(as_json: AsJson = False) -> None:
    """List the models, what they can do and their native shape."""
    from artifex.catalog import registry
    from artifex.units import show_bytes

    rows: list[dict[str, Any]] = [
        {
            "name": spec.name,
            "title": spec.title,
            "tasks": list(spec.tasks),
            "size": str(spec.defaults.size),
            "frames": spec.defaults.frame_count,
            "frame_rate": str(spec.defaults.frame_rate),
            "bytes": sum(path.stat().st_size for path in spec.folder.rglob("*") if path.is_file()),
            "licence": spec.licence,
        }
        for spec in registry.models().values()
    ]
    if as_json:
        print(json.dumps({"models": rows}))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("model", "what it does", "tasks", "native shape", "on disk", "licence")
    for row in rows:
        shape = f"{row['size']}, {row['frames']} frames at {row['frame_rate']} fps"
        table.add_row(
            row["name"], row["title"], ", ".join(row["tasks"]), shape, show_bytes(row["bytes"]), row["licence"]
        )
    Console().print(table)
