"""A clip by diffusers' WanPipeline without any of our code, in a process of its own.

    python benchmarks/starter/pipeline.py REQUEST.json CLIP.mp4 [FRAMES.npy]

Prints its seconds by stage and its peak memory as JSON. The request is the recipe's JSON with `weights` (a folder) and
`codec` (FFmpeg's names) added. Noise is drawn as the program draws it, and the scheduler is given the authors' noise
levels as in training/starter/sampling.py, which costs nothing and makes frames comparable.
"""

import json
import resource
import sys
import time
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import Any

BORN = time.perf_counter()  # before slow imports, which are timed too

import numpy as np  # noqa: E402

# Imported so because they are not, or only partly, typed.
av, torch, diffusers, safetensors, transformers = (
    import_module(name) for name in ("av", "torch", "diffusers", "safetensors.torch", "transformers")
)
for _name in ("AutoencoderKLWan", "UniPCMultistepScheduler", "WanPipeline", "WanTransformer3DModel"):
    getattr(diffusers, _name)  # diffusers imports each on first access

FIRST_SIGMA = float(np.float32(0.999))


def load(folder: Path, shift: float) -> Any:
    """The pipeline from a folder of its parts."""
    kind = diffusers.WanTransformer3DModel
    network = kind.from_config(kind.load_config(folder / "transformer"))
    # from_pretrained refuses to work for this class where accelerate is not installed
    network.load_state_dict(safetensors.load_file(folder / "transformer" / "diffusion_pytorch_model.safetensors"))
    pipeline: Any = diffusers.WanPipeline(
        transformer=network.eval(),
        vae=diffusers.AutoencoderKLWan.from_pretrained(folder / "vae"),
        text_encoder=transformers.UMT5EncoderModel.from_pretrained(folder / "text_encoder"),
        tokenizer=transformers.AutoTokenizer.from_pretrained(folder / "tokenizer"),
        scheduler=fed_scheduler(folder / "scheduler", shift),
        expand_timesteps=True,
    )
    pipeline.set_progress_bar_config(disable=True)
    return pipeline.to(torch.float32)


def fed_scheduler(folder: Path, shift: float) -> Any:
    """diffusers' scheduler with the authors' noise levels; see decision 0003."""
    scheduler = diffusers.UniPCMultistepScheduler.from_pretrained(folder, flow_shift=shift)
    set_timesteps = scheduler.set_timesteps

    def fed(num_inference_steps: int, device: Any = None) -> None:
        set_timesteps(num_inference_steps, device, sigmas=np.linspace(FIRST_SIGMA, 0.0, num_inference_steps + 1)[:-1])

    scheduler.set_timesteps = fed
    return scheduler


def write(frames: Any, rate: Fraction, codec: dict[str, Any], path: Path) -> None:
    """Encode frame by frame, as diffusers' export_to_video does, with the codec that the program uses."""
    with av.open(str(path), "w", format=codec["muxer"], options={"movflags": "+faststart"}) as container:
        stream: Any = container.add_stream(codec["encoder"], rate=rate, options=codec["options"])
        stream.height, stream.width = frames.shape[1:3]
        stream.pix_fmt = codec["pixel_format"]
        stream.codec_context.thread_count = codec["threads"]
        stream.codec_context.thread_type = "FRAME"
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())


def main(request: Path, clip: Path, kept: Path | None) -> None:
    """Make the clip and print what it took."""
    asked = json.loads(request.read_text())
    moments = {"import": time.perf_counter()}
    pipeline = load(Path(asked["weights"]), asked["shift"])
    moments["load"] = time.perf_counter()
    ended: list[float] = []

    def after_step(_pipeline: Any, _step: int, _timestep: Any, _tensors: dict[str, Any]) -> dict[str, Any]:
        ended.append(time.perf_counter())
        return {}

    encode_prompt = pipeline.encode_prompt

    def timed_prompt(*given: Any, **named: Any) -> Any:
        states = encode_prompt(*given, **named)
        moments["encode"] = time.perf_counter()
        return states

    pipeline.encode_prompt = timed_prompt
    made = pipeline(
        prompt=asked["prompt"],
        negative_prompt=asked["negative_prompt"],
        height=asked["height"],
        width=asked["width"],
        num_frames=asked["frame_count"],
        num_inference_steps=asked["steps"],
        guidance_scale=asked["guidance"][0],
        generator=torch.Generator().manual_seed(asked["seed"]),
        callback_on_step_end=after_step,
    )
    frames = (made.frames[0] * 255).round().astype(np.uint8)
    moments["denoise"], moments["decode"] = ended[-1], time.perf_counter()
    write(frames, Fraction(asked["frame_rate"]), asked["codec"], clip)
    moments["write"] = time.perf_counter()
    if kept is not None:
        np.save(kept, frames)
    seconds: dict[str, float] = {}
    before = BORN
    for name, moment in moments.items():
        seconds[name], before = moment - before, moment
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(json.dumps({"seconds": seconds, "peak_ram": peak}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) > 3 else None)
