"""JSON files beside weights: configurations and indexes."""

import json
from pathlib import Path
from typing import Any, cast

from artifex.engine.weights.stored import REMEDY
from artifex.errors import WeightsDamaged

_LARGEST = 1 << 24


def read_json_object(path: Path) -> dict[str, Any]:
    """A JSON object from a file.

    Raises:
        WeightsDamaged: it is missing, larger than 16 MiB, or not a JSON object.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError("too large")
        values: object = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise WeightsDamaged(f"{path} cannot be read ({type(error).__name__}); {REMEDY}") from error
    if not isinstance(values, dict):
        raise WeightsDamaged(f"{path} is not a JSON object; {REMEDY}")
    return cast("dict[str, Any]", values)
