"""How long the starter takes on this CPU, from process start to file, in turn with diffusers' own pipeline.

    python -m benchmarks.starter [--rounds N] [--json FILE]

Every clip is made by a process of its own: `artifex generate`, and `pipeline.py` beside this file, which loads the same
weights with diffusers and writes with the same encoder and settings. A third run measures our stages one by one, as the
program writes frames while the next are decoded. Exits with 1 if a bar is missed. Other load on the machine affects the
figures, so the load before each round is recorded. Waiting threads of both sides sleep, as the program's own do:
spinning on a busy machine would measure other processes.
"""

import json
import os
import subprocess
import sys
import time
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from math import log10
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from artifex.catalog import manifest, registry
from artifex.catalog.compose import Wishes, compose
from artifex.jobs.work.bench import run_once
from artifex.machine import this_machine
from artifex.media.codecs import H264
from artifex.media.container import THREADS
from artifex.media.decode import frames
from artifex.recipe import Recipe

PROMPT = "a red circle moves right on a blue background"
SECONDS = 15.0
RATIO = 1.0
LEAST_PSNR = 40.0
"""In decibels, between the two clips: above it, they are the same pictures up to rounding."""

SLEEPING = {"OMP_WAIT_POLICY": "PASSIVE"}

Run = Mapping[str, Any]


@dataclass(frozen=True)
class Bench:
    """One recipe, and a folder for files."""

    recipe: Recipe
    folder: Path

    def ours(self) -> Run:
        """The program as a user starts it, with a state folder of its own."""
        request = self.folder / "recipe.json"
        request.write_text(self.recipe.canonical())
        command = [sys.executable, "-m", "artifex.cli.main", "generate", "--recipe", str(request)]
        command += ["--json", "--overwrite", "-o", str(self.clip("ours"))]
        told, whole = _run(command, {"ARTIFEX_HOME": str(self.folder / "home")})
        made = told["clips"][0]
        seconds = {**made["seconds"], "end": whole - sum(made["seconds"].values())}
        return {"whole": whole, "seconds": seconds, "peak_ram": made["peak_ram"]}

    def diffusers(self) -> Run:
        """The pipeline alone; "start and end" is the part of the process's time that it cannot measure itself."""
        request = self.folder / "request.json"
        request.write_text(json.dumps(self.recipe.to_data() | {"weights": str(_weights()), "codec": _codec()}))
        script = Path(__file__).with_name("pipeline.py")
        told, whole = _run([sys.executable, str(script), str(request), str(self.clip("diffusers"))], {})
        return {"whole": whole, **told, "start and end": whole - sum(told["seconds"].values())}

    def divided(self) -> Run:
        """Our stages one by one, writing included, through the catalog's contract without the program around it."""
        return run_once(self.recipe, "ours")

    def clip(self, side: str) -> Path:
        return self.folder / f"{side}.mp4"

    def apart(self) -> float:
        """PSNR in decibels between the two clips as decoded from their files."""
        ours, theirs = (np.concatenate(list(frames(self.clip(side)))) for side in ("ours", "diffusers"))
        wrong = np.mean((ours.astype(np.float32) - theirs.astype(np.float32)) ** 2)
        return 10 * log10(255**2 / max(float(wrong), 1e-9))


def _weights() -> Path:
    return manifest.require_folder(registry.find_model(registry.DEFAULT_MODEL))


def _codec() -> dict[str, Any]:
    return {
        "muxer": H264.muxer,
        "encoder": H264.encoder,
        "pixel_format": H264.pixel_format,
        "options": dict(H264.options),
        "threads": THREADS,
    }


def _run(command: list[str], environment: Mapping[str, str]) -> tuple[dict[str, Any], float]:
    """What a process printed, and its seconds from start to end."""
    began = time.perf_counter()
    ran = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    whole = time.perf_counter() - began
    if ran.returncode != 0:
        sys.exit(f"{' '.join(command[:4])} failed: {ran.stderr.strip()[-800:]}")
    return json.loads(ran.stdout.splitlines()[-1]), whole


def measure(rounds: int) -> dict[str, Any]:
    """Medians over all rounds; every other round runs in reverse order."""
    spec = registry.find_model(registry.DEFAULT_MODEL)
    recipe = compose(spec, manifest.lock(spec), Wishes(PROMPT), seed=0)
    runs: dict[str, list[Run]] = {"ours": [], "diffusers": [], "divided": []}
    loads: list[float] = []
    with TemporaryDirectory(prefix="artifex-starter-") as name:
        bench = Bench(recipe, Path(name))
        ways = [("ours", bench.ours), ("diffusers", bench.diffusers), ("divided", bench.divided)]
        for count in range(rounds):
            loads.append(round(os.getloadavg()[0], 2))
            for side, make in ways if count % 2 == 0 else reversed(ways):
                runs[side].append(make())
                print(f"round {count + 1} of {rounds}: {side} {_whole(runs[side][-1]):.1f} s", file=sys.stderr)
        apart = round(bench.apart(), 1)
    ratios = [ours["whole"] / theirs["whole"] for ours, theirs in zip(runs["ours"], runs["diffusers"], strict=True)]
    return {
        "recipe": recipe.to_data(),
        "rounds": rounds,
        "load_before": loads,
        **{side: _medians(each) for side, each in runs.items()},
        "ratio": round(median(ratios), 3),
        "all_ratios": [round(ratio, 3) for ratio in ratios],
        "psnr": apart,
    }


def _whole(run: Run) -> float:
    return run["whole"] if "whole" in run else run["whole process"]


def _medians(runs: list[Run]) -> dict[str, Any]:
    """Medians of every figure; with all times of whole runs, whose spread shows how reliable the medians are."""
    figures: dict[str, Any] = {}
    for name, value in runs[0].items():
        if isinstance(value, Mapping):
            figures[name] = _medians([run[name] for run in runs])
        else:
            figures[name] = round(median(run[name] for run in runs), 3)
    if "whole" in figures:
        figures["all_whole"] = [round(run["whole"], 2) for run in runs]
    return figures


def judge(result: Mapping[str, Any]) -> list[str]:
    """A line for every bar: met or missed."""
    whole = result["ours"]["whole"]
    bars = [
        (f"{whole} s from nothing to the file (at most {SECONDS})", whole <= SECONDS),
        (f"{result['ratio']} of diffusers' time (at most {RATIO})", result["ratio"] <= RATIO),
        (f"{result['psnr']} dB between the clips (at least {LEAST_PSNR})", result["psnr"] >= LEAST_PSNR),
    ]
    return [f"{told}: {'met' if met else 'MISSED'}" for told, met in bars]


def main() -> None:
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    os.environ.update(SLEEPING)
    result = measure(options.rounds)
    machine = this_machine()
    head = {
        "machine": {"cpu": machine.cpu_name, "cpu_count": machine.cpu_count, "ram": machine.ram_total},
        "versions": {name: version(name) for name in ("artifex", "torch", "diffusers", "transformers")},
    }
    told = judge(result)
    print(json.dumps({side: result[side] for side in ("ours", "diffusers", "divided")}, indent=1), *told, sep="\n")
    if options.json is not None:
        options.json.write_text(json.dumps({**head, **result}, indent=1) + "\n")
    sys.exit(any("MISSED" in line for line in told))


if __name__ == "__main__":
    main()
