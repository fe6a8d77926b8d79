"""The calibration run: times a few small clips, so that plans rest on this machine's own figures."""

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
from artifex.catalog.plan import computes_fp8, count_work
from artifex.catalog.presets import Values
from artifex.catalog.spec import Limits, ModelSpec
from artifex.catalog.work import Stage, StageTimes
from artifex.errors import BadInput, CannotRun
from artifex.jobs.measurements import record
from artifex.machine import this_machine
from artifex.recipe import Accuracy, ModelLock, Recipe
from artifex.units import PixelSize
from artifex.wiring import LocalStudio

_ENOUGH_WORK = 6e15
"""FLOPs."""
_MOST_STEPS = 100
_ROUNDS = 2
"""Times that each clip of the small model is made, to even out other load on the machine."""

PROMPT = "a red circle moves right on a blue background"


def calibrate(
    studio: LocalStudio, spec: ModelSpec, on_clip: Callable[[Recipe], None], budget: Budget | None = None
) -> None:
    """Make each calibration clip in a fresh process, within the budget, and record its times and peak memory.

    ``on_clip`` is called before each. Raises BadInput for a model that cannot make clips from text alone, CannotRun
    when a clip fails, or for a large model on a machine without a GPU.
    """
    budget = budget or Budget()
    machine = this_machine()
    large = spec.name != registry.DEFAULT_MODEL
    if large and not machine.usable_accelerators:
        raise CannotRun(
            f"Without a GPU, clips of {spec.name} take hours. The starter's clips tell plans as much about this "
            "processor: 'artifex bench --calibrate'."
        )
    for recipe in short_recipes(spec, float8=computes_fp8(machine)) if large else recipes(spec) * _ROUNDS:
        on_clip(recipe)
        own = None if spec.name == registry.DEFAULT_MODEL else studio.settings.models
        record(studio.settings.measurements, machine, studio.plan(recipe, budget), measure(recipe, own, budget))


def recipes(spec: ModelSpec) -> tuple[Recipe, ...]:
    """Four clips with different kinds of work, so that their times separate the costs.

    The smallest is mostly startup, loading and the fixed cost of a pass; the native one is like most clips; in the
    large one attention outweighs the linear layers, and the decoder's load is highest; the long one has many small
    chunks of frames.
    """
    native, limits, usual_length = spec.defaults.size, spec.limits, spec.defaults.frame_count
    small = Values(size=limits.smallest, frame_count=1 + limits.temporal, steps=24, guidance=(1.0, 1.0))
    usual = Values(steps=6)
    large = Values(size=_scaled(native, limits, 1.5), frame_count=usual_length, steps=2)
    long = Values(size=_scaled(native, limits, 0.5), frame_count=min(limits.most_frames, 2 * usual_length - 1), steps=6)
    model = lock(spec)
    return tuple(compose(spec, model, Wishes(PROMPT, values), seed=0) for values in (small, usual, large, long))


def short_recipes(spec: ModelSpec, model: ModelLock | None = None, *, float8: bool = False) -> tuple[Recipe, ...]:
    """Like :func:`recipes`, for a large model on a GPU: each clip is at most a minute's work for an RTX 4090.

    The first clip measures loading and warm-up; where there is ``float8``, a second measures the same with its kernels.
    The others have enough steps to outweigh these: a small one measures the fixed cost of a pass, a short one of the
    model's own size the linear layers, one of two thirds of its length attention. Raises BadInput for a model that
    cannot make clips from text alone.
    """
    native, limits = spec.defaults.size, spec.limits
    if "t2v" not in spec.tasks:
        raise BadInput(f"{spec.name} makes no clips from words alone; measure by one that does: it tells the same.")
    few, most = 1 + 4 * limits.temporal, 1 + 2 * spec.defaults.frame_count // (3 * limits.temporal) * limits.temporal
    half = _scaled(native, limits, 0.5)
    model = model or lock(spec)

    def clip(size: PixelSize, frame_count: int, steps: int, accuracy: Accuracy = "exact") -> Recipe:
        values = Values(size=size, frame_count=frame_count, steps=steps, guidance=(1.0, 1.0), accuracy=accuracy)
        return compose(spec, model, Wishes(PROMPT, values), seed=0)

    def enough(size: PixelSize, frame_count: int) -> Recipe:
        work = count_work(spec, clip(size, frame_count, 1), Execution("cpu", "float32"))
        steps = round(_ENOUGH_WORK / (work.linear + work.attention))
        return clip(size, frame_count, max(2, min(limits.most_steps, _MOST_STEPS, steps)))

    starting = [clip(half, few, 2, accuracy) for accuracy in ("exact", "high") if accuracy == "exact" or float8]
    return *starting, enough(half, few), enough(native, few), enough(native, most)


def measure(recipe: Recipe, models: Path | None, budget: Budget) -> StageTimes:
    """The times and peak memory of ``artifex generate`` for a recipe, from the start of its process to its end.

    ``models`` is the folder of this machine's models; None for the one that comes with the program.
    """
    with TemporaryDirectory(prefix="artifex-calibration-") as name:
        folder = Path(name)
        (folder / "recipe.json").write_text(recipe.canonical(), encoding="utf-8")
        began = time.perf_counter()
        made = _generate(folder, models, budget)
        whole = time.perf_counter() - began
    seconds: dict[Stage, float] = made["seconds"]
    seconds = {**seconds, "end": whole - sum(seconds.values())}
    return StageTimes(seconds, made["peak_ram"], made["peak_vram"], made["warm_up"])


def _generate(folder: Path, models: Path | None, budget: Budget) -> Mapping[str, Any]:
    """Run the command with a temporary ARTIFEX_HOME, so that it leaves nothing behind."""
    command = [sys.executable, "-m", "artifex.cli.main", "generate", "--json"]
    command += ["--recipe", str(folder / "recipe.json"), "-o", str(folder / "clip.mp4")]
    for option, most in (("--vram", budget.vram), ("--ram", budget.ram)):
        command += [] if most is None else [option, f"{most}B"]
    home = folder / "home"
    environment = {**os.environ, "ARTIFEX_HOME": str(home)}
    environment.pop("ARTIFEX_SERVER", None)  # which would make the clip instead of this machine
    if models is not None and models.is_dir():
        home.mkdir()
        _link(home / "models", models)
    child = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if child.returncode != 0:
        raise CannotRun(f"A calibration clip could not be made: {_reason(child.stderr)}")
    return json.loads(child.stdout)["clips"][0]


def _reason(told: str) -> str:
    """The message of the command's JSON error, or else the last line of its output."""
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
    """Scale each side by ``times``, rounded to the model's grid and clamped to its limits."""

    def side(length: int, least: int, most: int) -> int:
        return max(least, min(most, round(length * times / limits.grid) * limits.grid))

    smallest, largest = limits.smallest, limits.largest
    return PixelSize(
        side(size.width, smallest.width, largest.width), side(size.height, smallest.height, largest.height)
    )
