"""A whole clip, from a prompt to a playable file, by a model that is already on the GPU.

Before encoding, decoded frames are replaced by those of `scene`.
"""

import tempfile
import time
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import torch
from benchmarks.wan.recipe import recipe_for
from benchmarks.wan.scene import Frames, instead, scene

from artifex.catalog.contract import Hooks, References
from artifex.catalog.execution import Execution
from artifex.catalog.wan.model import WanModel
from artifex.catalog.wan.random_components import random_components
from artifex.catalog.wan.shapes import SHAPES
from artifex.engine.attention import pick_attention
from artifex.media.codecs import CODECS, StreamCodec
from artifex.media.encode import encode_video
from artifex.recipe import Accuracy, Recipe


@dataclass(frozen=True)
class ClipCase:
    """What is requested. At guidance 1, a step is one pass."""

    model: str
    width: int
    height: int
    frame_count: int
    steps: int
    accuracy: Accuracy
    target: float | None
    """Bar in seconds; None where time depends on how many steps are skipped, which random weights do not show."""
    guidance: tuple[float, float] = (1.0, 1.0)
    """Of both experts."""
    once: bool = False
    """For clips that take minutes: made once, after a warm-up of a single step."""
    step_cache: float = 0.0
    """Threshold of skipped steps, of both experts."""


CLIPS = {
    "a14b 480p81, 4 steps, high": ClipCase("wan2.2-t2v-a14b", 832, 480, 81, 4, "high", 8.0),
    "a14b 720p81, 4 steps, high": ClipCase("wan2.2-t2v-a14b", 1280, 720, 81, 4, "high", 30.0),
    "ti2v-5b 704p121, 4 steps": ClipCase("wan2.2-ti2v-5b", 1280, 704, 121, 4, "high", 6.5),
    "a14b 480p81, 40 steps, exact": ClipCase("wan2.2-t2v-a14b", 832, 480, 81, 40, "exact", 200.0, (3.0, 4.0), True),
    "a14b 480p81, 40 steps, high": ClipCase("wan2.2-t2v-a14b", 832, 480, 81, 40, "high", 145.0, (3.0, 4.0), True),
    "a14b 480p81, 40 steps, fast": ClipCase(
        "wan2.2-t2v-a14b", 832, 480, 81, 40, "fast", None, (3.0, 4.0), True, step_cache=0.9578
    ),
    "a14b 720p81, 40 steps, exact": ClipCase("wan2.2-t2v-a14b", 1280, 720, 81, 40, "exact", 780.0, (3.0, 4.0), True),
    "a14b 720p81, 40 steps, high": ClipCase("wan2.2-t2v-a14b", 1280, 720, 81, 40, "high", 560.0, (3.0, 4.0), True),
}


def measure(name: str, device: torch.device, rounds: int) -> dict[str, Any]:
    """Median seconds from prompt to file, and of the stages."""
    case = CLIPS[name]
    execution = Execution(
        str(device), "bfloat16", quantisation="fp8" if case.accuracy != "exact" else "none", decode_dtype="bfloat16"
    )
    model = WanModel(random_components(SHAPES[case.model], execution, pick_attention(device=device)))
    recipe = recipe_for(
        case.model,
        width=case.width,
        height=case.height,
        frame_count=case.frame_count,
        steps=case.steps,
        shift=5.0,
        guidance=case.guidance,
        accuracy=case.accuracy,
        step_cache=(case.step_cache, case.step_cache),
    )
    shown = scene(case.width, case.height, case.frame_count)
    with tempfile.TemporaryDirectory() as folder:
        first = replace(recipe, steps=1, guidance=(1.0, 1.0)) if case.once else recipe
        make(model, first, shown, Path(folder) / "first.mp4")
        many = 1 if case.once else rounds
        made = [make(model, recipe, shown, Path(folder) / f"{count}.mp4") for count in range(many)]
    model.close()
    stages = {stage: round(median(each[stage] for each in made), 3) for stage in made[0]}
    judged = {} if case.target is None else {"target": case.target, "met": stages["whole"] <= case.target}
    every = {} if case.once else {"all_whole": [round(each["whole"], 3) for each in made]}
    return {**judged, "frames": "stand-in", **stages, **every}


def make(model: WanModel, recipe: Recipe, shown: Frames, path: Path) -> dict[str, float]:
    """Make one clip; returns seconds of its stages, and the number of network passes."""
    asked: list[int] = []
    moments = [time.perf_counter()]

    def passed() -> None:
        torch.cuda.synchronize()
        moments.append(time.perf_counter())

    hooks = Hooks(lambda report: asked.append(report.passes), lambda _: None, recipe.steps)
    conditioning = model.encode(recipe, References({}))
    passed()
    latents = model.denoise(conditioning, recipe, hooks, None)
    passed()
    codec = CODECS["h264"]
    assert isinstance(codec, StreamCodec)
    frames = instead(model.decode(latents, conditioning), shown)
    encode_video(frames, recipe.frame_rate, path, codec, recipe.canonical())
    passed()
    encode, denoise, decode = (after - before for before, after in pairwise(moments))
    seconds = {"encode": encode, "denoise": denoise, "decode": decode, "whole": moments[-1] - moments[0]}
    return {"passes": sum(asked), **seconds}
