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

from artifex.catalog import registry
from artifex.catalog.budget import Budget
from artifex.catalog.compose import Wishes, compose
from artifex.catalog.execution import Execution
from artifex.catalog.manifest import lock
from artifex.catalog.plan import count_work
from artifex.catalog.presets import Values
from artifex.catalog.spec import Limits, ModelSpec
from artifex.catalog.work import Stage, StageTimes
from artifex.errors import BadInput, CannotRun
from artifex.jobs.measurements import record
from artifex.machine import this_machine
from artifex.recipe import ModelLock, Recipe
from artifex.units import PixelSize
from artifex.wiring import LocalStudio

_ENOUGH_WORK = 6e15
"""FLOPs."""
_MOST_STEPS = 100
_ROUNDS = 2
"""Times that each clip of the small model is made: whatever else a machine does meanwhile is of another moment."""

PROMPT = "a red circle moves right on a blue background"


def calibrate(
    studio: LocalStudio, spec: ModelSpec, on_clip: Callable[[Recipe], None], budget: Budget | None = None
) -> None:
    """Make each calibration clip in a fresh process, within the budget, and remember what it took.

    ``on_clip`` is told before each. Raises BadInput for a model that makes nothing from words alone, CannotRun when a
    clip fails.
    """
    budget = budget or Budget()
    machine = this_machine()
    large = machine.usable_accelerators and spec.name != registry.DEFAULT_MODEL
    for recipe in short_recipes(spec) if large else recipes(spec) * _ROUNDS:
        on_clip(recipe)
        own = None if spec.name == registry.DEFAULT_MODEL else studio.settings.models
        record(studio.settings.measurements, machine, studio.plan(recipe, budget), measure(recipe, own, budget))


def recipes(spec: ModelSpec) -> tuple[Recipe, ...]:
    """Four shapes whose work differs in kind, so that their times tell the costs apart.

    The smallest clip is nearly all start, load and what a pass takes at least; the native one is like most clips; the
    large one has so many tokens that attention outweighs the linear layers, and the fullest decoder; the long one has
    many small chunks of frames.
    """
    native, limits, usual_length = spec.defaults.size, spec.limits, spec.defaults.frame_count
    small = Values(size=limits.smallest, frame_count=1 + limits.temporal, steps=24, guidance=(1.0, 1.0))
    usual = Values(steps=6)
    large = Values(size=_scaled(native, limits, 1.5), frame_count=usual_length, steps=2)
    long = Values(size=_scaled(native, limits, 0.5), frame_count=min(limits.most_frames, 2 * usual_length - 1), steps=6)
    model = lock(spec)
    return tuple(compose(spec, model, Wishes(PROMPT, values), seed=0) for values in (small, usual, large, long))


def short_recipes(spec: ModelSpec, model: ModelLock | None = None) -> tuple[Recipe, ...]:
    """What `recipes` is to others, for a large model on a GPU: each is at most a minute's work for an RTX 4090.

    Loading and warming up come once, so the clips that tell what a pass takes have as many steps as outweigh it. A
    small one tells what a pass takes at least, a short one of the model's own size tells linear layers, one of two
    thirds of its length tells attention.
    """
    native, limits = spec.defaults.size, spec.limits
    if "t2v" not in spec.tasks:
        raise BadInput(f"{spec.name} makes no clips from words alone; measure by one that does: it tells the same.")
    few, most = 1 + 4 * limits.temporal, 1 + 2 * spec.defaults.frame_count // (3 * limits.temporal) * limits.temporal
    half = _scaled(native, limits, 0.5)
    model = model or lock(spec)

    def clip(size: PixelSize, frame_count: int, steps: int) -> Recipe:
        values = Values(size=size, frame_count=frame_count, steps=steps, guidance=(1.0, 1.0))
        return compose(spec, model, Wishes(PROMPT, values), seed=0)

    def enough(size: PixelSize, frame_count: int) -> Recipe:
        work = count_work(spec, clip(size, frame_count, 1), Execution("cpu", "float32"))
        steps = round(_ENOUGH_WORK / (work.linear + work.attention))
        return clip(size, frame_count, max(2, min(limits.most_steps, _MOST_STEPS, steps)))

    return clip(half, few, 2), enough(half, few), enough(native, few), enough(native, most)


def measure(recipe: Recipe, models: Path | None, budget: Budget) -> StageTimes:
    """What ``artifex generate`` takes for a recipe, from the birth of its process to its end.

    ``models`` is where the models of this machine lie, for those that do not come with the program.
    """
    with TemporaryDirectory(prefix="artifex-calibration-") as name:
        folder = Path(name)
        (folder / "recipe.json").write_text(recipe.canonical(), encoding="utf-8")
        began = time.perf_counter()
        made = _generate(folder, models, budget)
        whole = time.perf_counter() - began
    seconds: dict[Stage, float] = made["seconds"]
    return StageTimes({**seconds, "end": whole - sum(seconds.values())}, made["peak_ram"], made["peak_vram"])


def _generate(folder: Path, models: Path | None, budget: Budget) -> Mapping[str, Any]:
    """Run the command with a home of its own, so that it leaves nothing behind."""
    command = [sys.executable, "-m", "artifex.cli.main", "generate", "--json"]
    command += ["--recipe", str(folder / "recipe.json"), "-o", str(folder / "clip.mp4")]
    for option, most in (("--vram", budget.vram), ("--ram", budget.ram)):
        command += [] if most is None else [option, str(most)]
    home = folder / "home"
    environment = {**os.environ, "ARTIFEX_HOME": str(home)}
    environment.pop("ARTIFEX_SERVER", None)  # which would make the clip in place of this machine
    if models is not None and models.is_dir():
        home.mkdir()
        _link(home / "models", models)
    child = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if child.returncode != 0:
        raise CannotRun(f"A calibration clip could not be made: {_reason(child.stderr)}")
    return json.loads(child.stdout)["clips"][0]


def _reason(told: str) -> str:
    """The message of the error that the command told, or the last line where it told none."""
    last = (told.strip().splitlines() or ["no message"])[-1]
    try:
        return json.loads(last)["error"]["message"]
    except (ValueError, LookupError, TypeError):
        return last


def _link(name: Path, target: Path) -> None:
    try:
        name.symlink_to(target.resolve(), target_is_directory=True)
    except OSError as error:
        raise CannotRun(
            f"This system makes no links to folders ({error.strerror}); switch them on, or go by clips that you make."
        ) from error


def _scaled(size: PixelSize, limits: Limits, times: float) -> PixelSize:
    """So many times as large along each side, on the grid, as far as the model goes."""

    def side(length: int, least: int, most: int) -> int:
        return max(least, min(most, round(length * times / limits.grid) * limits.grid))

    smallest, largest = limits.smallest, limits.largest
    return PixelSize(
        side(size.width, smallest.width, largest.width), side(size.height, smallest.height, largest.height)
    )
