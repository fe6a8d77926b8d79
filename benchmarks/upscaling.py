"""Speed of upscaling clips with networks of usual shapes, from file to file, on all visible GPUs.

    python -m benchmarks.upscaling [--size 1280x720] [--frames 81] [--only NAME ...] [--json FILE]

Weights are random, as speed does not depend on their values. Only the last layer of the compact network is zero: then
it adds nothing to the enlarged picture, so that the video encoder gets a picture and not noise. `CUDA_VISIBLE_DEVICES`
selects the GPUs.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import torch
from benchmarks.wan.scene import Frames, scene
from safetensors.torch import save_file  # pyright: ignore[reportUnknownVariableType] (of any kind of path)

from artifex.catalog.upscalers import Upscaler, load_upscaler
from artifex.engine.upscaling.spandrel_door import spandrel
from artifex.jobs.films.local_render import encoding_for
from artifex.jobs.upscaling import Enlargement, upscale_file
from artifex.media.encode import encode_video
from artifex.units import PixelSize

BARS = {"1080p": 8.0, "2160p": 18.0, "4320p": 48.0}
"""Seconds: the targets for four GPUs, less the 12 seconds that the clip itself takes."""


def compact() -> torch.nn.Module:
    """A network with the shape of realesr-general-x4v3."""
    spandrel()
    from spandrel.architectures.Compact import Compact

    network = Compact(num_feat=64, num_conv=32, upscale=4)
    last = network.body[-1]
    assert isinstance(last, torch.nn.Conv2d)
    for parameter in last.parameters():
        torch.nn.init.zeros_(parameter)
    return network


def esrgan() -> torch.nn.Module:
    """A network with the shape of RealESRGAN_x4plus."""
    spandrel()
    from spandrel.architectures.ESRGAN import ESRGAN

    return ESRGAN(num_filters=64, num_blocks=23, scale=4)


NETWORKS: dict[str, Callable[[], torch.nn.Module]] = {"compact": compact, "esrgan": esrgan}


def measure(weights: Path, source: Path, shown: Frames, resolution: str) -> dict[str, Any]:
    """Seconds from file to file, and of upscaling alone, whose results are dropped."""
    wanted = Enlargement(resolution=resolution)
    height, width = shown.shape[1:3]
    upscaler = load_upscaler(weights, weights.name, lambda: None)
    alone = _enlarging(upscaler, shown, wanted.of(width, height))
    target = source.with_name(f"{resolution}.mp4")
    begun = time.perf_counter()
    upscale_file(source, target, wanted, weights, encoding_for(target, None), lambda _, __: None)
    whole = time.perf_counter() - begun
    return {
        "seconds": round(whole, 2),
        "enlarging": round(alone, 2),
        "frames": len(shown),
        "becomes": str(wanted.of(width, height)),
        "bar": BARS[resolution],
        "met": whole <= BARS[resolution],
        "gib": [round(torch.cuda.max_memory_allocated(gpu) / 2**30, 2) for gpu in range(torch.cuda.device_count())],
    }


def _enlarging(upscaler: Upscaler, shown: Frames, size: PixelSize) -> float:
    """Seconds to upscale all frames, after a few to warm up."""
    for _ in upscaler.enlarge(shown[: 2 * max(1, torch.cuda.device_count())], size):
        pass
    begun = time.perf_counter()
    for _ in upscaler.enlarge(shown, size):
        pass
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=PixelSize.parse, default=PixelSize(1280, 720))
    parser.add_argument("--frames", type=int, default=81)
    parser.add_argument("--only", nargs="*", metavar="NAME", help="cases whose names begin so")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    gpus = torch.cuda.device_count()
    head = {"device": torch.cuda.get_device_name() if gpus else "processor", "gpus": gpus, "torch": torch.__version__}
    cases: dict[str, Any] = {}
    shown = scene(options.size.width, options.size.height, options.frames)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "clip.mp4"
        encode_video([shown], Fraction(16), source)
        for network, make in NETWORKS.items():
            weights = Path(folder) / f"{network}.safetensors"
            save_file({name: tensor.contiguous() for name, tensor in make().state_dict().items()}, weights)
            for resolution in BARS:
                name = f"{network} {resolution}"
                if options.only is None or name.startswith(tuple(options.only)):
                    cases[name] = measure(weights, source, shown, resolution)
                    print(name, json.dumps(cases[name]), flush=True)
                if options.json is not None:
                    options.json.write_text(json.dumps({**head, "cases": cases}, indent=1) + "\n")
    sys.exit(not all(case["met"] for case in cases.values()))


if __name__ == "__main__":
    main()
