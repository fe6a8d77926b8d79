"""One clip of a benchmark, in its own process: ``python -m artifex.jobs.work.bench_child ours|diffusers FILE``.

Reads the recipe's JSON on standard input, writes the clip to FILE and its times as JSON to standard output.
Both sides read the same weights and encode with :mod:`artifex.media`.
"""

import json
import sys
import time
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from artifex.catalog import registry
from artifex.catalog.contract import Frames, Hooks, References
from artifex.catalog.manifest import require_folder
from artifex.catalog.plan import make_plan, place
from artifex.catalog.rates import typical
from artifex.catalog.spec import ModelSpec
from artifex.machine import peak_memory, this_machine
from artifex.recipe import Recipe, parse_recipe

Times = dict[str, float]
"""Seconds: import, load, text, step (one), decode and mp4."""


class Stopwatch:
    """Seconds between laps; a lap ends after the GPU, if one is in use, has finished its queued work."""

    def __init__(self) -> None:
        self._since = time.perf_counter()

    def lap(self) -> float:
        torch: Any = sys.modules.get("torch")
        if torch is not None and torch.cuda.is_initialized():
            torch.cuda.synchronize()
        now = time.perf_counter()
        seconds, self._since = now - self._since, now
        return seconds


def ours(spec: ModelSpec, recipe: Recipe, output: Path) -> Times:
    """Make the clip with Artifex, through the catalog's contract."""
    machine = this_machine()
    plan = make_plan(spec, recipe, machine, typical(place(machine)[0]))
    watch = Stopwatch()
    import_module(f"artifex.catalog.{spec.family}.model")
    encode_video = import_module("artifex.media.encode").encode_video
    times = {"import": watch.lap()}
    model = registry.load_model(spec, plan)
    times["load"] = watch.lap()
    conditioning = model.encode(recipe, References({}))
    times["text"] = watch.lap()
    hooks = Hooks(on_step=lambda _: None, on_checkpoint=lambda _: None, checkpoint_every=recipe.steps)
    latents = model.denoise(conditioning, recipe, hooks, resume=None)
    times["step"] = watch.lap() / recipe.steps
    frames = _Waited(model.decode(latents, conditioning))
    encode_video(frames, recipe.frame_rate, output)
    # Encoding overlaps decoding: its own time is what remains after waiting for frames.
    return times | {"decode": frames.seconds, "mp4": watch.lap() - frames.seconds}


def diffusers(spec: ModelSpec, recipe: Recipe, output: Path) -> Times:
    """Make the clip with WanPipeline as its documentation shows, with UniPC on flow sigmas shifted as in the recipe.

    Device and dtype are those that Artifex uses; the VAE is in float32 on both sides.
    """
    device, dtype_name = place(this_machine())
    watch = Stopwatch()
    library, transformers, torch = (import_module(name) for name in ("diffusers", "transformers", "torch"))
    dtype = getattr(torch, dtype_name)
    make_pipeline, make_scheduler, make_vae = (
        getattr(library, name) for name in ("WanPipeline", "UniPCMultistepScheduler", "AutoencoderKLWan")
    )
    encode_video = import_module("artifex.media.encode").encode_video
    times = {"import": watch.lap()}
    folder = require_folder(spec)
    pipeline = make_pipeline(
        transformer=_transformer(library.WanTransformer3DModel, folder / "transformer").to(dtype),
        vae=make_vae.from_pretrained(folder / "vae").to(torch.float32),
        text_encoder=transformers.UMT5EncoderModel.from_pretrained(folder / "text_encoder").to(dtype),
        tokenizer=transformers.AutoTokenizer.from_pretrained(folder / "tokenizer"),
        scheduler=make_scheduler(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=recipe.shift),
        expand_timesteps=True,
    ).to(device)
    pipeline.set_progress_bar_config(disable=True)
    times["load"] = watch.lap()
    steps: list[float] = []

    def after_step(_pipeline: Any, _step: int, _timestep: Any, _tensors: dict[str, Any]) -> dict[str, Any]:
        steps.append(watch.lap())
        return {}

    made = pipeline(
        prompt=recipe.prompt,
        negative_prompt=recipe.negative_prompt,
        height=recipe.height,
        width=recipe.width,
        num_frames=recipe.frame_count,
        num_inference_steps=recipe.steps,
        guidance_scale=recipe.guidance[0],
        generator=torch.Generator().manual_seed(recipe.seed),
        callback_on_step_end=after_step,
    )
    times["decode"] = watch.lap()
    encode_video([(made.frames[0] * 255).round().astype(np.uint8)], recipe.frame_rate, output)
    step = median(steps[1:] or steps)
    return times | {"text": max(0.0, steps[0] - step), "step": step, "mp4": watch.lap()}


def _transformer(kind: Any, folder: Path) -> Any:
    """Does the work of ``from_pretrained``, which for this class requires accelerate."""
    network = kind.from_config(kind.load_config(folder))
    weights = import_module("safetensors.torch").load_file(folder / "diffusion_pytorch_model.safetensors")
    network.load_state_dict(weights)
    return network.eval()


class _Waited:
    """Passes chunks on and adds up the seconds spent waiting for them."""

    def __init__(self, chunks: Iterable[Frames]) -> None:
        self._chunks = iter(chunks)
        self.seconds = 0.0

    def __iter__(self) -> Iterator[Frames]:
        return self

    def __next__(self) -> Frames:
        watch = Stopwatch()
        try:
            return next(self._chunks)
        finally:
            self.seconds += watch.lap()


def main(side: str, output: str) -> None:
    """Make the clip and print the times."""
    recipe = parse_recipe(sys.stdin.read())
    make = {"ours": ours, "diffusers": diffusers}[side]
    times = make(registry.find_model(recipe.model.name), recipe, Path(output))
    sys.stdout.write(json.dumps(times | {"peak_ram": peak_memory()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
