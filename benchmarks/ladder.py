"""Clips whose first plan does not fit in memory: finished by falling back rung by rung, from the last checkpoint.

    python benchmarks/ladder.py [--json FILE]

A full-size model with random weights is planned for the whole GPU memory, of which torch is then allowed only a part.
One case runs out of memory while decoding, the other already while loading. Exits with 1 if a step that a checkpoint
covered was computed twice, or if log, report and recipe name different rungs. Needs an NVIDIA GPU.
"""

import json
import logging
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from artifex.catalog.contract import Frames, StepReport
from artifex.catalog.plan import Plan, make_plan
from artifex.catalog.rates import typical
from artifex.catalog.registry import find_model
from artifex.catalog.wan.model import WanModel
from artifex.catalog.wan.random_components import random_components
from artifex.catalog.wan.shapes import SHAPES
from artifex.catalog.work import Stage
from artifex.engine.attention import pick_attention
from artifex.engine.memory.allocator import limit_device_memory, use_growing_segments
from artifex.engine.memory.shortage import give_back, memory_shortage
from artifex.jobs.clock import StageClock
from artifex.jobs.job import Job
from artifex.jobs.resident import ResidentModels
from artifex.jobs.work.generate import CHECKPOINT_EVERY, Clip, generate
from artifex.jobs.work.ladder import Ladder
from artifex.machine import this_machine
from artifex.media.opener import Here
from artifex.media.recipe_tag import read_recipe_text
from artifex.recipe import ModelLock, Recipe, parse_recipe
from artifex.store.blobs import Blobs
from artifex.store.folders import JobFolder

GIB = 2**30
MODEL = "wan2.2-ti2v-5b"
STEPS = 6
CASES = {"while decoding": 32, "from the beginning": 16}
"""GiB of GPU memory that torch may use."""


@dataclass
class Watch:
    """What the job reported: steps done, and rungs with the number of steps reported before them."""

    steps: list[int] = field(default_factory=list[int])
    rungs: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])

    def stage(self, name: Stage) -> None:
        pass

    def step(self, done: StepReport, preview: Callable[[], Frames]) -> None:
        self.steps.append(done.step)

    def frames(self, done: int, of: int) -> None:
        pass

    def gave_way(self, rung: str) -> None:
        self.rungs.append((rung, len(self.steps)))

    def stopping(self) -> bool:
        return False


class RandomModels(ResidentModels):
    """Loads random weights instead of a model's files."""

    loads = 0

    @contextmanager
    def ready(self, recipe: Recipe, plan: Plan) -> Iterator[WanModel]:
        self.let_go()
        give_back()
        self.loads += 1
        with memory_shortage("loading the model"):
            model = WanModel(random_components(SHAPES[MODEL], plan, pick_attention(device=torch.device(plan.device))))
        self._model = model
        yield model


def recipe() -> Recipe:
    return Recipe(
        model=ModelLock(MODEL, ()),
        task="t2v",
        prompt="a red boat",
        negative_prompt="grey",
        width=1280,
        height=704,
        frame_count=121,
        frame_rate=Fraction(24),
        steps=STEPS,
        solver="unipc",
        shift=5.0,
        guidance=(5.0, 5.0),
        seed=1,
    )


def run(gib: int, folder: Path) -> dict[str, Any]:
    spec, machine, rates = find_model(MODEL), this_machine(), typical("cuda:0")
    watch, models, log = Watch(), RandomModels(), Log()
    logging.getLogger("artifex").addHandler(log)
    plan = make_plan(spec, recipe(), machine, rates)
    limit_device_memory(torch.device(plan.device), gib * GIB)
    clock, blobs, began = StageClock(watch), Blobs(folder / "blobs"), time.perf_counter()

    def attempt(job: Job, plan: Plan) -> Clip:
        return generate(job, plan, models, blobs, Here(), folder / "clips", clock, watch)

    ladder = Ladder(spec, lambda changed: make_plan(spec, changed, machine, rates), may_shrink=False)
    job = Job(recipe(), folder / "clip.mp4", "h264", JobFolder(folder / "job"))
    clip = ladder.descend(job, plan, attempt, clock, watch)
    kept = parse_recipe(read_recipe_text(clip.path) or "")
    names = tuple(rung for rung, _ in watch.rungs)
    return {
        "allowed_gib": gib,
        "planned_gib": round(plan.prediction.vram / GIB, 2),
        "peak_reserved_gib": round(torch.cuda.max_memory_reserved() / GIB, 2),
        "rungs": watch.rungs,
        "log": log.lines,
        "steps": watch.steps,
        "loads": models.loads,
        "seconds": round(time.perf_counter() - began, 1),
        "agree": kept.rungs == names and len(log.lines) == len(names),
        "no_step_twice": not computed_twice(watch),
    }


def computed_twice(watch: Watch) -> bool:
    """Whether a step was repeated although there was a checkpoint of it, or of a later one."""
    kept = 0
    for before, after in zip([0, *watch.steps], watch.steps, strict=False):
        if before % CHECKPOINT_EVERY == 0 or before == STEPS:
            kept = max(kept, before)
        if after <= kept:
            return True
    return False


class Log(logging.Handler):
    """Collects the warnings that are logged."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--case", help="make one case in this process", metavar="NAME")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    if options.case is not None:
        use_growing_segments()
        with TemporaryDirectory() as folder:
            print(json.dumps(run(CASES[options.case], Path(folder))))
        return
    results: dict[str, Any] = {}
    for name in CASES:
        ran = subprocess.run([sys.executable, __file__, "--case", name], stdout=subprocess.PIPE, text=True, check=True)
        results[name] = json.loads(ran.stdout.splitlines()[-1])
        print(name, results[name], flush=True)
    if options.json is not None:
        head = {"device": torch.cuda.get_device_name(), "torch": torch.__version__}
        options.json.write_text(json.dumps({**head, "cases": results}, indent=1) + "\n")
    sys.exit(not all(result["agree"] and result["no_step_twice"] for result in results.values()))


if __name__ == "__main__":
    main()
