"""Benchmarks prompt-to-clip against diffusers' own pipeline, with the same weights, in alternating runs."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Literal

from artifex.errors import CannotRun
from artifex.recipe import Recipe

Side = Literal["ours", "diffusers"]
SIDES: tuple[Side, ...] = ("ours", "diffusers")

ROWS = ("import", "load", "text", "step", "decode", "mp4", "prompt to file", "whole process", "peak_ram")
"""The measurements: seconds, and ``peak_ram`` in bytes. ``step`` is one step; ``mp4`` is the encoding time that does
not overlap decoding; ``prompt to file`` excludes import and loading."""

_LONGEST_RUN = 1800
"""Seconds after which a run is aborted."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Medians over all rounds, by row and side."""

    rounds: int
    medians: Mapping[Side, Mapping[str, float]]

    def ratio(self, row: str) -> float | None:
        """Ours over theirs: below 1 is better. None where theirs was too short to be told from the first step."""
        theirs = self.medians["diffusers"][row]
        return self.medians["ours"][row] / theirs if theirs > 0 else None


def compare(recipe: Recipe, rounds: int, on_run: Callable[[int, Side], None]) -> Comparison:
    """Make the clip ``rounds`` times on each side, alternating, each time in a new process.

    ``on_run`` is called before each run. Raises CannotRun if a run fails.
    """
    runs: dict[Side, list[Mapping[str, float]]] = {side: [] for side in SIDES}
    for number in range(rounds):
        for side in SIDES:
            on_run(number, side)
            runs[side].append(run_once(recipe, side))
    medians: dict[Side, Mapping[str, float]] = {
        side: {row: median(run[row] for run in runs[side]) for row in ROWS} for side in SIDES
    }
    return Comparison(rounds, medians)


def run_once(recipe: Recipe, side: Side) -> Mapping[str, float]:
    """Make one clip in its own process; returns a value for each of ROWS. Raises CannotRun."""
    with TemporaryDirectory(prefix="artifex-bench-") as folder:
        command = [sys.executable, "-m", "artifex.jobs.work.bench_child", side, str(Path(folder) / "clip.mp4")]
        began = time.perf_counter()
        try:
            child = subprocess.run(
                command, input=recipe.canonical(), capture_output=True, text=True, timeout=_LONGEST_RUN, check=False
            )
        except subprocess.TimeoutExpired as late:
            raise CannotRun(f"The benchmark's run of {side} was given up after {_LONGEST_RUN} seconds.") from late
        whole = time.perf_counter() - began
    if child.returncode != 0:
        reason = (child.stderr.strip().splitlines() or ["no message"])[-1]
        raise CannotRun(f"The benchmark's run of {side} failed: {reason}")
    times: dict[str, float] = json.loads(child.stdout.splitlines()[-1])
    to_file = times["text"] + recipe.steps * times["step"] + times["decode"] + times["mp4"]
    return times | {"prompt to file": to_file, "whole process": whole}
