"""How much of a model's work accuracy ``fast`` may skip: found by ``artifex calibrate``, stored as JSON.

A calibration belongs to the weights' hashes, not to the model's name: changed weights need a new one.
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
    """The calibration of these weights, made here or shipped with the model; None if there is none."""
    found = _read(path).get(weights_key(lock)) if lock.files else None
    return spec.saving if found is None else found


def keep_saving(path: Path, lock: ModelLock, saving: Saving) -> None:
    """Store a calibration, replacing an earlier one. Raises NotWritable or OutOfSpace."""
    with locked(path):
        known = {**_read(path), weights_key(lock): saving}
        data = {"format": FORMAT, "weights": {key: asdict(each) for key, each in known.items()}}
        write_atomically(path, (json.dumps(data, indent=1) + "\n").encode())


def weights_key(lock: ModelLock) -> str:
    """One hash of all files of a model, independent of its name."""
    return hashlib.sha256(json.dumps(lock.files).encode()).hexdigest()


def why_nothing_is_saved(recipe: Recipe, saving: Saving | None) -> str:
    """An explanation for a request with accuracy ``fast``."""
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
