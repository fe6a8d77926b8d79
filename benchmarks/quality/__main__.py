"""The quality gate: what every arithmetic and every saving costs in quality; exits with 1 if a bar is missed.

    python -m benchmarks.quality --json quality.json                   # two cores: few tokens, three layers
    python -m benchmarks.quality --device cuda --json quality.json     # an NVIDIA GPU of 80 GB: A14B at full length
    python -m benchmarks.quality --broken                              # with a wrong scale: has to fail

Layers of A14B's shapes with random weights are compared with float32; clips of the trained starter with `exact`.
"""

import argparse
import json
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
from benchmarks.quality import clips, layers
from benchmarks.wan.record import versions

from artifex.catalog.presets import Values
from artifex.catalog.registry import find_model
from artifex.jobs.work.saving import Trial

BROKEN = 1.25
"""Factor on scales, with which the gate has to fail."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="of the layers")
    options.add_argument("--clips", type=int, default=12, help="of the starter, made in every way")
    options.add_argument("--steps", type=int, help="of the clips, instead of the starter's own")
    options.add_argument("--ways", nargs="+", help="only these of the clips' ways, after exact")
    options.add_argument("--only", choices=("layers", "clips"))
    options.add_argument("--broken", action="store_true", help="multiply the scales of eight-bit weights")
    options.add_argument("--step-cache", type=float, help="a threshold to try, instead of the starter's own")
    options.add_argument(
        "--attention-density", type=float, default=0.8, help="of the way `sparse`, which nobody offers"
    )
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    breakage = BROKEN if chosen.broken else 1.0
    report: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {torch.get_num_threads()} threads",
        **versions(),
        "scales_multiplied_with": breakage,
    }
    if chosen.only != "clips":
        report["layers"] = _layers(torch.device(chosen.device), breakage)
    if chosen.only != "layers":
        ways = [
            way
            for way in _ways(chosen.device, chosen.step_cache, chosen.attention_density)
            if not chosen.ways or way.name in ("exact", *chosen.ways)
        ]
        sample = clips.Sample(chosen.clips, Values(steps=chosen.steps))
        report["clips"] = clips.measure(ways, sample, breakage, _tell)
    _show(report)
    if chosen.json is not None:
        chosen.json.write_text(json.dumps(report, indent=1) + "\n")
    raise SystemExit(not _passed(report))


def _layers(device: torch.device, breakage: float) -> dict[str, Any]:
    on_gpu = device.type == "cuda"
    size = layers.FULL if on_gpu else layers.ON_PROCESSOR
    ways = (layers.BFLOAT16, layers.INT8, layers.FP8 if on_gpu else layers.FP8_EMULATED)
    frames, height, width = size.latents
    shape = {"model": layers.MODEL, "layers": size.layers, "tokens": frames * (height // 2) * (width // 2)}
    return shape | {"ways": layers.measure(device, size, ways, breakage)}


def _ways(device: str, threshold: float | None, density: float) -> list[clips.Way]:
    """Ways to compare: `exact`, the savings of `fast`, sparse attention, and eight bits.

    `exact` uses the machine's own dtype, which is bfloat16 on a GPU. The starter's `fast` is not quantised, because the
    starter does not offer `high`; these figures are the reason.
    """
    saving = find_model("starter").saving
    trial = None if saving is None else Trial(saving.step_cache, saving.guidance_until, saving.attention_density)
    if threshold is not None:
        trial = Trial((threshold, threshold), 1.0)
    saved = [] if trial is None else [clips.Way("fast", trial=trial)]
    saved.append(clips.Way("sparse", trial=Trial((0.0, 0.0), 1.0, density), offered=False))
    if device == "cuda":
        rounded = [
            clips.Way("int8", ("bfloat16", "int8"), offered=False),
            clips.Way("fp8", ("bfloat16", "fp8"), offered=False),
        ]
        return [clips.Way("exact"), *saved, *rounded]
    rounded = [
        clips.Way("int8, emulated", emulated=torch.int8, offered=False),
        clips.Way("fp8, emulated", emulated=torch.float8_e4m3fn, offered=False),
        clips.Way("fp8, emulated, guarded", emulated=torch.float8_e4m3fn, guards=1, offered=False),
    ]
    return [clips.Way("exact"), *saved, clips.Way("bfloat16", ("bfloat16", "none")), *rounded]


def _tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def _show(report: dict[str, Any]) -> None:
    if "layers" in report:
        part = report["layers"]
        print(f"{part['model']}, {part['layers']} layers, {part['tokens']} tokens, random weights; against float32")
        for name, one in part["ways"].items():
            block, bars = max(one["blocks"]), one["bars"]
            print(
                f"  {name:12} worst block {block:8.3%} of {bars[0]:.1%}, all {one['whole']:8.3%} of {bars[1]:.1%}",
                end="",
            )
            print(_verdict(one))
    if "clips" in report:
        print("starter, trained; against exact")
        for name, one in report["clips"].items():
            print(
                f"  {name:14} PSNR {one['psnr']:6.2f} dB, worst {one['worst_psnr']:6.2f} dB, SSIM {one['ssim']:.4f}, "
                f"latents {one['latent_error']:7.3%}, adherence {one['adherence']:.1%}, {one['passes']:g} passes"
                + _verdict(one)
            )


def _verdict(one: dict[str, Any]) -> str:
    if one["passed"]:
        return ""
    return "  MISSED" if one.get("offered", True) else "  missed, and no accuracy of the starter"


def _passed(report: dict[str, Any]) -> bool:
    ways = [*report.get("layers", {}).get("ways", {}).values(), *report.get("clips", {}).values()]
    return all(one["passed"] for one in ways if one.get("offered", True))


if __name__ == "__main__":
    main()
