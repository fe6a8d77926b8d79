"""How accurately `artifex plan` predicts the time and memory of `artifex generate`.

    python -m benchmarks.plan_accuracy [--rounds N] [--json FILE]

Calibrates once in an empty state folder, plans six different requests, then makes each in turn, in a process of its
own whose time and peak memory the operating system reports. Prints every stage as planned and as measured (median of
all rounds). Exits with 1 if a time is off by more than 15 %, or memory by more than 20 %. Needs a POSIX system and an
otherwise idle machine.
"""

import json
import os
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image

TOLERANCES = {"time": 0.15, "memory": 0.2}
PROMPT = "a green star moves up on a white background"

REQUESTS = {
    "native": [],
    "small and long": ["--size", "128x128", "--frames", "49", "--steps", "24"],
    "unguided": ["--size", "320x192", "--steps", "12", "--guidance", "1"],
    "many frames": ["--frames", "65", "--steps", "6"],
    "from a picture": ["--steps", "10", "--image", "start.png"],
    "large": ["--size", "512x512", "--frames", "17", "--steps", "4", "--guidance", "1"],
}


@dataclass(frozen=True)
class Made:
    """What one clip took: seconds, in all and by stage, and peak memory in bytes as the operating system reports it."""

    seconds: float
    stages: Mapping[str, float]
    ram: int


@dataclass(frozen=True)
class Outcome:
    """A request's planned and measured (median) seconds and bytes of memory."""

    request: str
    planned_seconds: float
    seconds: float
    planned_stages: Mapping[str, float]
    stages: Mapping[str, float]
    planned_ram: int
    ram: int

    @classmethod
    def of(cls, request: str, plan: Mapping[str, Any], made: Sequence[Made]) -> "Outcome":
        return cls(
            request,
            plan["seconds"],
            median(one.seconds for one in made),
            plan["stages"],
            {stage: median(one.stages[stage] for one in made) for stage in plan["stages"]},
            int(plan["ram"]),
            round(median(one.ram for one in made)),
        )

    @property
    def time_error(self) -> float:
        return self.planned_seconds / self.seconds - 1

    @property
    def memory_error(self) -> float:
        return self.planned_ram / self.ram - 1


class Studio:
    """Runs the program with a state folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environment = {**os.environ, "ARTIFEX_HOME": str(folder / "home")}
        Image.new("RGB", (256, 256), (250, 250, 250)).save(folder / "start.png")

    def calibrate(self) -> None:
        self._start("bench", "--calibrate").communicate()

    def plan(self, options: list[str]) -> dict[str, Any]:
        """The plan's figures."""
        output, _ = self._start("plan", PROMPT, *options, "--json").communicate()
        return json.loads(output)

    def make(self, name: str, options: list[str], seed: int) -> Made:
        """Make and measure a clip; its seed must be new for the request."""
        clip = ("--seed", str(seed), "-o", f"{name.replace(' ', '-')}-{seed}.mp4", "--json")
        began = time.perf_counter()
        process = self._start("generate", PROMPT, *options, *clip)
        with process:
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - began
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != 0 or process.stdout is None:
                sys.exit(f"generate failed for the request {name!r}")
            stages: dict[str, float] = json.load(process.stdout)["clips"][0]["seconds"]
        stages["end"] = seconds - sum(stages.values())
        return Made(seconds, stages, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "artifex.cli.main", *arguments]
        return subprocess.Popen(command, cwd=self._folder, env=self._environment, stdout=subprocess.PIPE)


def measure(rounds: int) -> list[Outcome]:
    """Plan everything, then make everything: a plan must not profit from earlier clips."""
    with TemporaryDirectory(prefix="artifex-accuracy-") as folder:
        studio = Studio(Path(folder))
        studio.calibrate()
        plans = {name: studio.plan(options) for name, options in REQUESTS.items()}
        made = [
            {name: studio.make(name, options, seed) for name, options in REQUESTS.items()} for seed in range(rounds)
        ]
    return [Outcome.of(name, plan, [one[name] for one in made]) for name, plan in plans.items()]


def show(outcome: Outcome) -> None:
    time_columns = f"{outcome.planned_seconds:8.1f} s planned {outcome.seconds:8.1f} s taken {outcome.time_error:+7.0%}"
    planned, taken = outcome.planned_ram / 2**20, outcome.ram / 2**20
    memory_columns = f"{planned:6.0f} MiB planned {taken:6.0f} MiB taken {outcome.memory_error:+7.0%}"
    print(f"{outcome.request:<16}{time_columns}   {memory_columns}")
    for stage, planned_seconds in outcome.planned_stages.items():
        print(f"  {stage:<14}{planned_seconds:8.2f} s planned {outcome.stages[stage]:8.2f} s taken")


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--rounds", type=int, default=3, choices=range(1, 21), metavar="N")
    options = parser.parse_args()
    target: Path | None = options.json
    outcomes = measure(options.rounds)
    for outcome in outcomes:
        show(outcome)
    if target is not None:
        target.write_text(json.dumps([asdict(outcome) for outcome in outcomes], indent=1) + "\n")
    worst = {
        "time": max(abs(outcome.time_error) for outcome in outcomes),
        "memory": max(abs(outcome.memory_error) for outcome in outcomes),
    }
    for name, allowed in TOLERANCES.items():
        print(f"worst error of {name} {worst[name]:.0%}, {allowed:.0%} allowed")
    sys.exit(any(worst[name] > allowed for name, allowed in TOLERANCES.items()))


if __name__ == "__main__":
    main()
