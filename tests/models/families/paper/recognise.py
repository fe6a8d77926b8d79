"""Tells paper from card by what their config says."""

import json
from pathlib import Path

from artifex.errors import WeightsDamaged


def recognise(folder: Path) -> str | None:
    config = folder / "config.json"
    if not config.is_file():
        return None
    kind = json.loads(config.read_bytes()).get("kind")
    if kind in ("paper", "card") and not any(folder.glob("*.safetensors")):
        raise WeightsDamaged(f"{folder} has a config but no weights.")
    return kind if kind in ("paper", "card") else None
