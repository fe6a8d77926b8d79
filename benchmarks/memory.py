"""Memory and speed of full-size Wan models on small GPUs: are budgets kept, predictions right, and streaming cheap?

Weights are random, as neither depends on their values; a small GPU is simulated by limiting torch's memory. Every case
runs in a process of its own, with two or three denoising steps and a whole decode:

    python -m benchmarks.memory [--only NAME ...] [--json FILE]
"""

import json
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from benchmarks.wan.recipe import recipe_for
from torch import Tensor

from artifex.catalog.contract import Hooks, References, StepReport
from artifex.catalog.execution import Quantisation
from artifex.catalog.plan import CONTEXT, Budget, Plan, make_plan, planned
from artifex.catalog.rates import typical
from artifex.catalog.wan import cost
from artifex.catalog.wan.model import WanModel
from artifex.catalog.wan.random_components import random_components
from artifex.catalog.wan.shapes import SHAPES
from artifex.catalog.wan.spec import CHECKPOINTS
from artifex.engine.attention import pick_attention
from artifex.engine.memory.allocator import limit_device_memory, use_growing_segments
from artifex.engine.memory.shortage import give_back
from artifex.machine import peak_memory, this_machine
from artifex.recipe import Accuracy, Recipe, Reference

GIB = 2**30
TOLERANCE = 0.10
SLOWDOWN = 1.25


@dataclass(frozen=True)
class Case:
    """A request and its memory budget in GiB; `like` names the case of the same request with everything on the GPU."""

    model: str
    width: int
    height: int
    frame_count: int
    vram: int | None = None
    ram: int | None = None
    accuracy: Accuracy = "exact"
    quantisation: Quantisation | None = None
    steps: int = 3
    like: str = ""
    picture: bool = False
    """Whether a picture is encoded as well, as for image to video."""


CASES = {
    "a14b 720p, 12 GiB, RAM 40 GiB": Case("wan2.2-t2v-a14b", 1280, 720, 81, 12, 40, like="a14b 720p"),
    "ti2v-5b 720p, 10 GiB": Case("wan2.2-ti2v-5b", 1280, 704, 121, 10, like="ti2v-5b 720p"),
    "a14b 720p": Case("wan2.2-t2v-a14b", 1280, 720, 81),
    "ti2v-5b 720p": Case("wan2.2-ti2v-5b", 1280, 704, 121),
    "14b 480p, 8 GiB": Case("wan2.1-t2v-14b", 832, 480, 81, 8, steps=2),
    "14b 720p, fp8, 16 GiB": Case("wan2.1-t2v-14b", 1280, 720, 81, 16, accuracy="high", steps=2),
    "14b 480p, int8, 10 GiB": Case("wan2.1-t2v-14b", 832, 480, 81, 10, quantisation="int8", steps=2),
    "14b 480p, 24 GiB, RAM 16 GiB": Case("wan2.1-t2v-14b", 832, 480, 81, 24, 16, steps=2),
    "ti2v-5b 720p, 6 GiB": Case("wan2.2-ti2v-5b", 1280, 704, 121, 6),
    "i2v-a14b 480p, 8 GiB": Case("wan2.2-i2v-a14b", 832, 480, 81, 8, steps=2, picture=True),
    "1.3b 480p": Case("wan2.1-t2v-1.3b", 832, 480, 81),
}


def recipe_of(case: Case) -> Recipe:
    return recipe_for(
        case.model,
        task="i2v" if case.picture else "t2v",
        width=case.width,
        height=case.height,
        frame_count=case.frame_count,
        steps=case.steps,
        shift=12.0,
        guidance=(3.0, 4.0),
        accuracy=case.accuracy,
        references=(Reference("image", "0" * 64),) if case.picture else (),
    )


def plan_of(case: Case) -> Plan:
    spec = next(spec for spec in CHECKPOINTS if spec.name == case.model)
    rates, recipe = typical("cuda:0"), recipe_of(case)
    vram, ram = (None if size is None else size * GIB for size in (case.vram, case.ram))
    plan = make_plan(spec, recipe, this_machine(), rates, Budget(vram, ram))
    if case.quantisation is None:
        return plan
    return planned(spec, recipe, rates, replace(plan, quantisation=case.quantisation))


class Meter:
    """Peak GPU memory and seconds by stage."""

    def __init__(self) -> None:
        self.peaks: dict[str, int] = {}
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        give_back()
        torch.cuda.reset_peak_memory_stats()
        began = time.perf_counter()
        yield
        torch.cuda.synchronize()
        self.seconds[name] = round(time.perf_counter() - began, 3)
        self.peaks[name] = torch.cuda.max_memory_reserved()


class Maker:
    """Makes one clip with random weights according to a plan, through the program's own model class."""

    def __init__(self, case: Case, plan: Plan) -> None:
        self.case, self.plan = case, plan
        self.meter = Meter()
        self.moments: list[float] = []
        """When denoising started, and when each step was done."""

    def run(self) -> Tensor:
        """Latents after the last step, on the CPU."""
        recipe, meter = recipe_of(self.case), self.meter
        with meter.stage("load"):
            attention = pick_attention(device=torch.device(self.plan.device))
            model = WanModel(random_components(SHAPES[self.case.model], self.plan, attention))
        with meter.stage("encode" if self.case.picture else "text"):
            conditioning = model.encode(recipe, self.references())
        with meter.stage("denoise"):
            self.moments.append(time.perf_counter())
            latents = model.denoise(conditioning, recipe, Hooks(self.on_step, lambda _: None, recipe.steps), None)
        with meter.stage("decode"):
            frames = sum(len(chunk) for chunk in model.decode(latents, conditioning))
        assert frames == self.case.frame_count
        model.close()
        return latents.cpu()

    def references(self) -> References:
        if not self.case.picture:
            return References({})
        size = (1, self.case.height, self.case.width, 3)
        return References({"image": np.random.default_rng(0).integers(0, 256, size, dtype=np.uint8)})

    def on_step(self, done: StepReport) -> None:
        torch.cuda.synchronize()
        self.moments.append(time.perf_counter())

    @property
    def passes(self) -> list[float]:
        """Seconds per pass, step by step; a step has two passes."""
        return [round((after - before) / 2, 4) for before, after in pairwise(self.moments)]


def make(name: str) -> dict[str, Any]:
    """Measure one case."""
    case = CASES[name]
    use_growing_segments()
    plan = plan_of(case)
    limit_device_memory(torch.device(plan.device), plan.vram_limit)
    maker = Maker(case, plan)
    latents = maker.run()
    spec = next(spec for spec in CHECKPOINTS if spec.name == case.model)
    needs = cost.measure(spec, recipe_of(case))(plan)
    peak = max(maker.meter.peaks.values())
    predicted = plan.prediction.vram - CONTEXT
    return {
        "plan": plan.choices,
        "vram_gib": {"predicted": gib(predicted), "peak_reserved": gib(peak), "error": round(predicted / peak - 1, 3)},
        "ram_gib": {"predicted": gib(plan.prediction.ram), "peak": gib(peak_memory())},
        "stages_gib": {stage: gib(value) for stage, value in maker.meter.peaks.items()},
        "stages_predicted_gib": {stage: gib(value) for stage, value in asdict(needs).items()},
        "seconds": maker.meter.seconds,
        "passes": maker.passes,
        "latents": f"{float(latents.double().abs().sum()):.17g}",
    }


def gib(size: float) -> float:
    return round(size / GIB, 2)


def judge(results: dict[str, dict[str, Any]]) -> bool:
    """Print every case; true if all bars are met."""
    kept = True
    for name, result in results.items():
        vram, case = result["vram_gib"], CASES[name]
        inside = case.vram is None or vram["peak_reserved"] <= case.vram
        told = (
            f"{name:<32}{vram['predicted']:7.2f} GiB planned {vram['peak_reserved']:7.2f} taken {vram['error']:+7.1%}"
        )
        kept &= inside and abs(vram["error"]) <= TOLERANCE
        if case.like in results:
            # Without the first step of each, which also fills the GPU.
            ratio = min(result["passes"][1:]) / min(results[case.like]["passes"][1:])
            result["pass_ratio"] = round(ratio, 3)
            whole = _making(result) / _making(results[case.like])
            result["request_ratio"] = round(whole, 3)
            told += f"   pass {ratio:.2f}x of resident, all but loading {whole:.2f}x"
            kept &= max(ratio, whole) <= SLOWDOWN
            result["same_latents"] = result["latents"] == results[case.like]["latents"]
            told += ", latents equal" if result["same_latents"] else ", latents differ"
            kept &= result["same_latents"]
        print(told + ("" if inside else "   beyond the budget"), flush=True)
    return kept


def _making(result: dict[str, Any]) -> float:
    """Seconds from a prompt to decoded frames, without loading the model."""
    return sum(seconds for stage, seconds in result["seconds"].items() if stage != "load")


def keep(path: Path, results: dict[str, dict[str, Any]]) -> None:
    """Write the cases to the file, which keeps its other cases."""
    known: dict[str, Any] = json.loads(path.read_text())["cases"] if path.exists() else {}
    today = {"date": date.today().isoformat(), "device": torch.cuda.get_device_name(), "torch": torch.__version__}
    cases = known | {name: {**today, **result} for name, result in results.items()}
    path.write_text(json.dumps({"cases": cases}, indent=1) + "\n")


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", metavar="NAME", default=list(CASES))
    parser.add_argument("--case", help="make one case in this process", metavar="NAME")
    parser.add_argument("--json", type=Path, metavar="FILE", help="what it has of other cases is kept")
    options = parser.parse_args()
    if options.case is not None:
        print(json.dumps(make(options.case)))
        return
    results: dict[str, dict[str, Any]] = {}
    for name in options.only:
        ran = subprocess.run(
            [sys.executable, "-m", "benchmarks.memory", "--case", name], stdout=subprocess.PIPE, text=True, check=False
        )
        if ran.returncode != 0:
            print(f"{name}: failed", flush=True)
            continue
        results[name] = json.loads(ran.stdout.splitlines()[-1])
    kept = judge(results) and len(results) == len(options.only)
    if options.json is not None:
        keep(options.json, results)
    sys.exit(not kept)


if __name__ == "__main__":
    main()
