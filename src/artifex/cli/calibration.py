"""The calibration run: a few small clips made as a user makes them, so that plans rest on this machine."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from artifex.catalog.compose import Wishes, compose
from artifex.catalog.manifest import lock
from artifex.catalog.presets import Values
from artifex.catalog.spec import Limits, ModelSpec
from artifex.catalog.work import Stage, StageTimes
from artifex.errors import CannotRun
from artifex.jobs.measurements import record
from artifex.machine import this_machine
from artifex.recipe import Recipe
from artifex.units import PixelSize
from artifex.wiring import LocalStudio

PROMPT = "a red circle moves right on a blue background"


def calibrate(studio: LocalStudio, spec: ModelSpec, on_clip: Callable[[Recipe], None]) -> None:
    """Make each calibration clip in a fresh process and remember what it took.

    ``on_clip`` is told before each. Raises CannotRun when one fails.
    """
    machine = this_machine()
    for recipe in recipes(spec):
        on_clip(recipe)
        record(studio.settings.measurements, machine, studio.plan(recipe), measure(recipe))


def recipes(spec: ModelSpec) -> tuple[Recipe, ...]:
    """Three shapes whose work differs in kind, so that their times tell the costs apart.

    The smallest clip is nearly all start and load; the native one is like most clips; the large one has so many
    tokens that attention outweighs the linear layers, and the fullest decoder.
    """
    native, limits = spec.defaults.size, spec.limits
    small = Values(size=limits.smallest, frame_count=1 + limits.temporal, steps=2, guidance=(1.0, 1.0))
    usual = Values(steps=6)
    large = Values(size=_scaled(native, limits), frame_count=spec.defaults.frame_count, steps=2)
    model = lock(spec)
    return tuple(compose(spec, model, Wishes(PROMPT, values), seed=0) for values in (small, usual, large))


def measure(recipe: Recipe) -> StageTimes:
    """What ``artifex generate`` takes for a recipe, from the birth of its process to its end."""
    with TemporaryDirectory(prefix="artifex-calibration-") as name:
        folder = Path(name)
        (folder / "recipe.json").write_text(recipe.canonical(), encoding="utf-8")
        began = time.perf_counter()
        made = _generate(folder)
        whole = time.perf_counter() - began
    seconds: dict[Stage, float] = made["seconds"]
    return StageTimes({**seconds, "end": whole - sum(seconds.values())}, made["peak_ram"], made["peak_vram"])


def _generate(folder: Path) -> Mapping[str, Any]:
    """Run the command with a home of its own, so that it leaves nothing behind."""
    command = [sys.executable, "-m", "artifex.cli.main", "generate", "--json"]
    command += ["--recipe", str(folder / "recipe.json"), "-o", str(folder / "clip.mp4")]
    environment = {**os.environ, "ARTIFEX_HOME": str(folder / "home")}
    child = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if child.returncode != 0:
        reason = (child.stderr.strip().splitlines() or ["no message"])[-1]
        raise CannotRun(f"A calibration clip could not be made: {reason}")
    return json.loads(child.stdout)["clips"][0]


def _scaled(size: PixelSize, limits: Limits) -> PixelSize:
    """Half as large again along each side, on the grid, as far as the model goes."""

    def side(length: int, most: int) -> int:
        return min(most, round(length * 1.5 / limits.grid) * limits.grid)

    return PixelSize(side(size.width, limits.largest.width), side(size.height, limits.largest.height))
