"""What may be saved of a model's work under accuracy ``fast``: found by ``artifex calibrate``, kept as JSON.

It holds for weights, not for names: whoever changes a file of a model calibrates it anew.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from artifex.catalog.saving import Saving
from artifex.catalog.spec import ModelSpec
from artifex.files import write_atomically
from artifex.jobs.locked import locked, read_json
from artifex.recipe import ModelLock, Recipe
from artifex.units import counted

FORMAT = 1


def saving_of(path: Path, spec: ModelSpec, lock: ModelLock) -> Saving | None:
    """What was found out for these very weights, here or before they were published; None where nothing was."""
    found = _read(path).get(weights_key(lock)) if lock.files else None
    return spec.saving if found is None else found


def keep_saving(path: Path, lock: ModelLock, saving: Saving) -> None:
    """Remember it in place of what was found before. Raises NotWritable or OutOfSpace."""
    with locked(path):
        known = {**_read(path), weights_key(lock): saving}
        data = {"format": FORMAT, "weights": {key: asdict(each) for key, each in known.items()}}
        write_atomically(path, (json.dumps(data, indent=1) + "\n").encode())


def weights_key(lock: ModelLock) -> str:
    """One hash for all files of a model, whatever it is called."""
    return hashlib.sha256(json.dumps(lock.files).encode()).hexdigest()


def why_nothing_is_saved(recipe: Recipe, saving: Saving | None) -> str:
    """In words for whoever asked for ``fast``."""
    name = recipe.model.name
    if saving is None:
        return f"{name} was not calibrated, so fast saves nothing; to find out how far it may: artifex calibrate {name}"
    if not saving.saves:
        return f"Calibrating {name} found nothing that can be saved, so fast computes all."
    if recipe.loras:
        return f"{name} was calibrated without LoRAs, so fast saves nothing here."
    if recipe.steps > saving.steps:
        return f"{name} was calibrated at {counted(saving.steps, 'step')}, so fast saves nothing of more."
    return f"{name} was calibrated with larger clips, so fast computes all attention of this one."


def _read(path: Path) -> Mapping[str, Saving]:
    def parse(data: Mapping[str, Any]) -> Mapping[str, Saving]:
        return {str(key): _saving(each) for key, each in data["weights"].items()}

    return read_json(path, FORMAT, parse, "run artifex calibrate again")


def _saving(data: Mapping[str, Any]) -> Saving:
    low, high = data["step_cache"]
    return Saving(
        (float(low), float(high)),
        float(data["guidance_until"]),
        int(data["steps"]),
        float(data["passes_saved"]),
        float(data["psnr"]),
        float(data["ssim"]),
        float(data.get("attention_density", 1.0)),
        int(data.get("pixels", 0)),
    )
