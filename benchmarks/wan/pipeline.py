"""A whole clip by diffusers' pipeline, with the model shapes, frames and encoder settings of `clips`.

Prompt embeddings are random, as the text encoder belongs to another library: encoding, which takes ours 0.05 s, is left
out.
"""

import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import torch
from benchmarks.wan import decodes, passes
from benchmarks.wan.clips import CLIPS, ClipCase
from benchmarks.wan.scene import Frames, instead, scene

from artifex.catalog.wan.shapes import SHAPES, Shapes
from artifex.catalog.wan.vae import WanVAE
from artifex.media.codecs import CODECS, StreamCodec
from artifex.media.encode import encode_video

LIKE = ("a14b 480p81, 40 steps, exact",)
"""Keys of `CLIPS`."""


def measure(name: str, device: torch.device) -> dict[str, Any]:
    """Seconds from prompt embeddings to a file, measured once, after a clip of a single step."""
    case = CLIPS[name]
    pipeline = pipeline_of(SHAPES[case.model], device, shift=5.0)
    shown = scene(case.width, case.height, case.frame_count)
    with tempfile.TemporaryDirectory() as folder:
        make(pipeline, case, 1, shown, Path(folder) / "first.mp4")
        return {"frames": "stand-in", **make(pipeline, case, case.steps, shown, Path(folder) / "clip.mp4")}


def pipeline_of(shapes: Shapes, device: torch.device, shift: float) -> Any:
    """The pipeline, all in bfloat16, the decoder too."""
    import diffusers  # an optional package

    with device:
        vae = WanVAE(shapes.vae).eval()
    experts = [
        passes.diffusers_twin(passes.network(shapes.transformer, device, "none")[0]) for _ in range(shapes.experts)
    ]
    kind: Any = diffusers.WanPipeline  # its types allow one scheduler only, and no missing parts
    pipeline = kind(
        tokenizer=None,
        text_encoder=None,
        vae=decodes.diffusers_twin(vae, shapes.vae),
        scheduler=diffusers.UniPCMultistepScheduler(
            prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=shift
        ),
        transformer=experts[0],
        transformer_2=experts[1] if shapes.experts > 1 else None,
        boundary_ratio=shapes.boundary if shapes.experts > 1 else None,
    )
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def make(pipeline: Any, case: ClipCase, steps: int, shown: Frames, path: Path) -> dict[str, float]:
    """Make one clip; returns seconds of its stages."""
    states = torch.randn(2, 1, passes.TEXT_TOKENS, pipeline.transformer.config.text_dim, dtype=torch.bfloat16)
    wanted, unwanted = states.to(pipeline.vae.device)
    moments = [time.perf_counter()]
    made = pipeline(
        prompt_embeds=wanted,
        negative_prompt_embeds=unwanted,
        height=case.height,
        width=case.width,
        num_frames=case.frame_count,
        num_inference_steps=steps,
        guidance_scale=case.guidance[1],
        guidance_scale_2=case.guidance[0] if pipeline.transformer_2 is not None else None,
        generator=torch.Generator().manual_seed(0),
        callback_on_step_end=_noting(moments, steps),
    )
    frames = (made.frames[0] * 255).round().astype(np.uint8)
    codec = CODECS["h264"]
    assert isinstance(codec, StreamCodec)
    encode_video(instead(iter([frames]), shown), Fraction(16), path, codec, "")
    moments.append(time.perf_counter())
    began, denoised, ended = moments
    return {
        "denoise": round(denoised - began, 3),
        "decode": round(ended - denoised, 3),
        "whole": round(ended - began, 3),
    }


def _noting(moments: list[float], steps: int) -> Callable[[Any, int, Any, dict[str, Any]], dict[str, Any]]:
    """A callback that appends the time when the last step is done."""

    def note(_pipeline: Any, step: int, _timestep: Any, _tensors: dict[str, Any]) -> dict[str, Any]:
        if step == steps - 1:
            if torch.cuda.is_available():
                torch.cuda.synchronize()
            moments.append(time.perf_counter())
        return {}

    return note
