"""A whole clip, from a prompt to a file that plays, of a model that lies on the GPU.

Random weights give noise, the hardest picture an encoder can be given, and no clip of a trained model looks like it. So
every clip is made twice: with its own frames, and with a stand-in. Then decoding runs all the same, and each chunk it
gives is dropped for as many frames of a panned, textured picture, made beforehand, before it goes to the encoder.
Neither is what a trained model's clip takes; the stand-in is nearer.
"""

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch
from benchmarks.wan.recipe import recipe_for
from torch.nn import functional as F

from artifex.catalog.contract import Frames, Hooks, References
from artifex.catalog.execution import Execution
from artifex.catalog.wan.model import WanModel
from artifex.catalog.wan.random_components import random_components
from artifex.catalog.wan.shapes import SHAPES
from artifex.engine.attention import pick_attention
from artifex.media.codecs import CODECS, StreamCodec
from artifex.media.encode import encode_video
from artifex.recipe import Accuracy, Recipe
from artifex.units import PixelSize


@dataclass(frozen=True)
class ClipCase:
    """What is asked for, without guidance: a step is one pass."""

    model: str
    width: int
    height: int
    frame_count: int
    steps: int
    accuracy: Accuracy
    target: float
    """Seconds."""


CLIPS = {
    "a14b 480p81, 4 steps, high": ClipCase("wan2.2-t2v-a14b", 832, 480, 81, 4, "high", 8.0),
    "a14b 720p81, 4 steps, high": ClipCase("wan2.2-t2v-a14b", 1280, 720, 81, 4, "high", 30.0),
    "ti2v-5b 704p121, 4 steps": ClipCase("wan2.2-ti2v-5b", 1280, 704, 121, 4, "high", 6.5),
}


def measure(name: str, device: torch.device, rounds: int) -> dict[str, Any]:
    """Median seconds from prompt to file, and of its stages."""
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
        guidance=(1.0, 1.0),
        accuracy=case.accuracy,
    )
    scene = panned(PixelSize(case.width, case.height), case.frame_count)
    taken: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for frames, stand_in in (("noise", None), ("stand-in", scene)):
            paths = [Path(folder) / f"{frames}-{count}.mp4" for count in range(rounds + 1)]
            made = [make(model, recipe, path, stand_in) for path in paths][1:]
            taken[frames] = {stage: round(median(each[stage] for each in made), 3) for stage in made[0]}
    model.close()
    whole = taken["stand-in"]["whole"]
    return {"target": case.target, "met": whole <= case.target, "frames": "stand-in", **taken["stand-in"], **taken}


def panned(size: PixelSize, count: int) -> Frames:
    """Frames [count, height, width, 3] of a textured picture, over which a camera moves, with grain of their own.

    Noise of many scales, each half as strong as the next larger one, as photographs have it; a cut of it moves by three
    pixels across and one down a frame. Grain is up to three of 255 steps, anew for each pixel.
    """
    random, across, down = np.random.default_rng(0), 3, 1
    height, width = size.height + down * count, size.width + across * count
    picture = np.zeros((height, width, 3), np.float32)
    for octave in range(1, 8):
        cell = 2**octave
        coarse = random.random((height // cell + 2, width // cell + 2, 3), dtype=np.float32)
        fine = F.interpolate(torch.from_numpy(coarse).movedim(-1, 0)[None], scale_factor=cell, mode="bilinear")
        picture += fine[0].movedim(0, -1).numpy()[:height, :width] * cell
    scaled = ((picture - picture.min()) / (picture.max() - picture.min()) * 255).astype(np.uint8)
    views = np.stack([scaled[down * at :, across * at :][: size.height, : size.width] for at in range(count)])
    grain = random.integers(0, 7, views.shape, dtype=np.uint8)
    return np.clip(views, 3, 252) + grain - 3


def replaced(chunks: Iterator[Frames], scene: Frames) -> Iterator[Frames]:
    """As many frames of the scene as come, when they come."""
    done = 0
    for chunk in chunks:
        yield scene[done : done + len(chunk)]
        done += len(chunk)


def make(model: WanModel, recipe: Recipe, path: Path, scene: Frames | None) -> dict[str, float]:
    """One clip; seconds of its stages."""
    moments = [time.perf_counter()]

    def passed() -> None:
        torch.cuda.synchronize()
        moments.append(time.perf_counter())

    conditioning = model.encode(recipe, References({}))
    passed()
    latents = model.denoise(conditioning, recipe, Hooks(lambda _: None, lambda _: None, recipe.steps), None)
    passed()
    codec = CODECS["h264"]
    assert isinstance(codec, StreamCodec)
    frames = model.decode(latents, conditioning)
    encode_video(
        frames if scene is None else replaced(frames, scene), recipe.frame_rate, path, codec, recipe.canonical()
    )
    passed()
    encode, denoise, decode = (after - before for before, after in pairwise(moments))
    return {"encode": encode, "denoise": denoise, "decode": decode, "whole": moments[-1] - moments[0]}
