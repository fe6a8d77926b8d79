"""Memory and speed of full-size Wan models on small cards: plans kept to, predictions met, streaming nearly free.

Weights are random, for neither depends on their values; one GPU is made small by torch's limit on what it may take.
Every case is made in a process of its own, in three steps of denoising and a whole decode:

    python benchmarks/memory.py [--only NAME ...] [--json FILE]
"""

import json
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from artifex.catalog.execution import Execution, Quantisation
from artifex.catalog.plan import CONTEXT, Budget, Plan, make_plan, planned
from artifex.catalog.rates import typical
from artifex.catalog.wan import cost
from artifex.catalog.wan.residency import DTYPES, Residency, StreamedText, at_hand
from artifex.catalog.wan.shapes import SHAPES, Shapes
from artifex.catalog.wan.spec import CHECKPOINTS
from artifex.catalog.wan.text import padded_states
from artifex.catalog.wan.transformer import WanTransformer
from artifex.catalog.wan.umt5 import UMT5Encoder
from artifex.catalog.wan.vae import WanVAE
from artifex.catalog.wan.vae_tiling import decode_tiled
from artifex.engine.memory.allocator import use_growing_segments
from artifex.engine.memory.shortage import give_back
from artifex.engine.weights.empty import build_empty
from artifex.engine.weights.fill import fill, place_on
from artifex.engine.weights.random import RandomTensors
from artifex.machine import peak_memory, this_machine
from artifex.recipe import Accuracy, ModelLock, Recipe, Reference

GIB = 2**30
TOLERANCE = 0.10
SLOWDOWN = 1.25
PROMPTS = (60, 120)
"""Tokens of the wanted and the unwanted prompt."""


@dataclass(frozen=True)
class Case:
    """One request and one card; `like` names the case of the same request with everything on the device."""

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
    """Whether a clip of the request's size is encoded as well, as for image to video."""


CASES = {
    "a14b 720p, 12 GiB, RAM 40 GiB": Case("wan2.2-t2v-a14b", 1280, 720, 81, 12, 40, like="14b 720p"),
    "ti2v-5b 720p, 10 GiB": Case("wan2.2-ti2v-5b", 1280, 704, 121, 10, like="ti2v-5b 720p"),
    "14b 720p": Case("wan2.1-t2v-14b", 1280, 720, 81, steps=1),
    "ti2v-5b 720p": Case("wan2.2-ti2v-5b", 1280, 704, 121),
    "14b 480p, 8 GiB": Case("wan2.1-t2v-14b", 832, 480, 81, 8, steps=2),
    "14b 720p, fp8, 16 GiB": Case("wan2.1-t2v-14b", 1280, 720, 81, 16, accuracy="high", steps=1),
    "14b 480p, int8, 10 GiB": Case("wan2.1-t2v-14b", 832, 480, 81, 10, quantisation="int8", steps=2),
    "14b 480p, 24 GiB, RAM 16 GiB": Case("wan2.1-t2v-14b", 832, 480, 81, 24, 16, steps=2),
    "ti2v-5b 720p, 6 GiB": Case("wan2.2-ti2v-5b", 1280, 704, 121, 6),
    "i2v-a14b 480p, 8 GiB": Case("wan2.2-i2v-a14b", 832, 480, 81, 8, steps=2, picture=True),
    "1.3b 480p": Case("wan2.1-t2v-1.3b", 832, 480, 81),
}


def recipe_of(case: Case) -> Recipe:
    return Recipe(
        model=ModelLock(case.model, ()),
        task="i2v" if case.picture else "t2v",
        prompt="word" * PROMPTS[0],
        negative_prompt="word" * PROMPTS[1],
        width=case.width,
        height=case.height,
        frame_count=case.frame_count,
        frame_rate=Fraction(16),
        steps=case.steps,
        solver="euler",
        shift=5.0,
        guidance=(3.0, 4.0),
        seed=0,
        accuracy=case.accuracy,
        references=(Reference("image", "0" * 64),) if case.picture else (),
    )


def plan_of(case: Case) -> Plan:
    spec = next(spec for spec in CHECKPOINTS if spec.name == case.model)
    rates, recipe = typical("cuda:0"), recipe_of(case)
    sizes = (None if size is None else size * GIB for size in (case.vram, case.ram))
    plan = make_plan(spec, recipe, this_machine(), rates, Budget(*sizes))
    if case.quantisation is None:
        return plan
    return planned(spec, recipe, rates, replace(plan, quantisation=case.quantisation))


class Meter:
    """Peaks of the device by stage."""

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
    """Makes one clip of random weights as a plan says."""

    def __init__(self, case: Case, plan: Plan) -> None:
        self.case, self.plan = case, plan
        self.shapes: Shapes = SHAPES[case.model]
        self.device, self.dtype = torch.device(plan.device), DTYPES[plan.dtype]
        self.meter = Meter()
        self.passes: list[float] = []
        self.residency = Residency(plan, self.shapes.experts)

    def run(self) -> Tensor:
        """Latents after the last step, on the CPU."""
        vae = self.vae()
        with self.meter.stage("text"):
            states, kept = self.encode_prompts()
        if self.case.picture:
            with self.meter.stage("encode"), at_hand((vae.encoder, vae.quant_conv), self.plan):
                shape = (1, 3, self.case.frame_count, self.case.height, self.case.width)
                vae.encode(torch.zeros(shape, device=self.device), by_frame=self.plan.resident_blocks is not None)
        with self.meter.stage("load"):
            experts = [self.transformer(seed) for seed in range(self.shapes.experts)]
        with self.meter.stage("denoise"):
            latents = self.denoise(experts, states)
        self.residency.release()
        halves = (vae.decoder, vae.post_quant_conv)
        with self.meter.stage("decode"), at_hand(halves, self.plan):
            frames = sum(chunk.shape[2] for chunk in self.decode(vae, latents))
        assert frames == self.case.frame_count
        del kept
        self.residency.close()
        return latents.cpu()

    def vae(self) -> WanVAE:
        network = build_empty(lambda: WanVAE(self.shapes.vae))
        stays = self.plan.resident_blocks is None
        place = place_on(self.device if stays else torch.device("cpu"), torch.float32)
        fill(network, RandomTensors.like(network, torch.float32), place)
        network.decode_in(DTYPES[self.plan.decode_dtype])
        return network

    def encode_prompts(self) -> tuple[list[Tensor], object]:
        """States of both prompts, and the encoder if it stays."""
        network = build_empty(lambda: UMT5Encoder(self.shapes.text))
        source = RandomTensors.like(network, self.dtype)
        streamed = None
        if self.plan.text_encoder == "streamed":
            streamed = StreamedText(network, source, str, self.plan)
            fill(network, source, streamed.place)
        else:
            where = torch.device("cpu") if self.plan.text_encoder == "cpu" else self.device
            fill(network, source, place_on(where, self.dtype))
        device = network.encoder.final_layer_norm.weight.device
        states = [network(torch.arange(count, device=device)[None]).to(self.device) for count in PROMPTS]
        if streamed is not None:
            streamed.close()
        return states, network if self.plan.text_encoder == "device" else None

    def transformer(self, seed: int) -> WanTransformer:
        network = build_empty(lambda: WanTransformer(self.shapes.transformer))
        source = RandomTensors.like(network, self.dtype, seed)
        fill(network, source, self.residency.prepare(network, source))
        return network

    def denoise(self, experts: list[WanTransformer], states: list[Tensor]) -> Tensor:
        """Plain steps, guided: the first expert for all of them but the last."""
        vae = self.shapes.vae
        frames = (self.case.frame_count - 1) // vae.temporal_factor + 1
        size = (self.case.height // vae.spatial_factor, self.case.width // vae.spatial_factor)
        channels = self.shapes.transformer.out_channels
        noise = torch.randn((1, channels, frames, *size), generator=torch.Generator().manual_seed(0))
        latents = noise.to(self.device)
        given = latents.new_zeros((1, self.shapes.transformer.in_channels - channels, *latents.shape[2:]))
        prepared = [[expert.prepare_text(*padded_states(each)) for each in states] for expert in experts]
        for step in range(self.case.steps):
            number = len(experts) - 1 if step == self.case.steps - 1 else 0
            timestep = torch.tensor([1000 - 300 * step], device=self.device)
            velocities: list[Tensor] = []
            for index, text in enumerate(prepared[number]):
                if step == self.case.steps - 2 and index == len(states) - 1:
                    self.residency.hand_over()
                began = time.perf_counter()
                velocities.append(experts[number](torch.cat((latents, given), dim=1), timestep, text))
                torch.cuda.synchronize()
                self.passes.append(round(time.perf_counter() - began, 4))
            latents = latents - 0.3 * (velocities[1] + 3.0 * (velocities[0] - velocities[1]))
        return latents

    def decode(self, vae: WanVAE, latents: Tensor) -> Iterator[Tensor]:
        if self.plan.vae_tile is None:
            return vae.decode(latents, by_frame=self.plan.decode_by_frame)
        return decode_tiled(vae, latents, self.plan.vae_tile, by_frame=self.plan.decode_by_frame)


def make(name: str) -> dict[str, Any]:
    """One case, measured."""
    case = CASES[name]
    use_growing_segments()
    plan = plan_of(case)
    if case.vram is not None:
        total = this_machine().accelerators[0].memory_total
        torch.cuda.set_per_process_memory_fraction(case.vram * GIB / total)  # pyright: ignore[reportUnknownMemberType]
    maker = Maker(case, plan)
    with torch.inference_mode():
        latents = maker.run()
    spec = next(spec for spec in CHECKPOINTS if spec.name == case.model)
    needs = cost.measure(spec, recipe_of(case))(plan)
    peak = max(maker.meter.peaks.values())
    predicted = plan.prediction.vram - CONTEXT
    return {
        "case": name,
        "plan": {each.name: getattr(plan, each.name) for each in fields(Execution)},
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
    """Tell every case; true if all promises are kept."""
    kept = True
    for name, result in results.items():
        vram, case = result["vram_gib"], CASES[name]
        inside = case.vram is None or vram["peak_reserved"] <= case.vram
        told = (
            f"{name:<32}{vram['predicted']:7.2f} GiB planned {vram['peak_reserved']:7.2f} taken {vram['error']:+7.1%}"
        )
        kept &= inside and abs(vram["error"]) <= TOLERANCE
        if case.like in results:
            # The first pass on each side also fills the device.
            ratio = min(result["passes"][1:]) / min(results[case.like]["passes"][1:])
            result["pass_ratio"] = round(ratio, 3)
            told += f"   pass {ratio:.2f}x of resident"
            kept &= ratio <= SLOWDOWN
            if CASES[case.like].model == case.model:
                result["same_latents"] = result["latents"] == results[case.like]["latents"]
                told += ", latents equal" if result["same_latents"] else ", latents differ"
                kept &= result["same_latents"]
        print(told + ("" if inside else "   beyond the budget"), flush=True)
    return kept


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", metavar="NAME", default=list(CASES))
    parser.add_argument("--case", help="make one case in this process", metavar="NAME")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    if options.case is not None:
        print(json.dumps(make(options.case)))
        return
    results: dict[str, dict[str, Any]] = {}
    for name in options.only:
        ran = subprocess.run([sys.executable, __file__, "--case", name], stdout=subprocess.PIPE, text=True, check=False)
        if ran.returncode != 0:
            print(f"{name}: failed", flush=True)
            continue
        results[name] = json.loads(ran.stdout.splitlines()[-1])
    kept = judge(results) and len(results) == len(options.only)
    if options.json is not None:
        head = {"device": torch.cuda.get_device_name(), "torch": torch.__version__}
        options.json.write_text(json.dumps({**head, "cases": list(results.values())}, indent=1) + "\n")
    sys.exit(not kept)


if __name__ == "__main__":
    main()
