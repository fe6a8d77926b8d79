"""How near `artifex plan` comes to what `artifex generate` then takes.

    python benchmarks/plan_accuracy.py [--json FILE]

Calibrates once in an empty state folder, plans six different requests, then makes each in a process of its own while
the operating system keeps its time and its peak memory. Ends with 1 if a time is off by more than 15 %, or memory by
more than a fifth.
Needs a POSIX system and a machine that does nothing else.
"""

import json
import os
import subprocess
import sys
import time
from argparse import ArgumentParser
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

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
class Outcome:
    """A request, what was planned and what it took: seconds, and bytes of memory."""

    request: str
    planned_seconds: float
    seconds: float
    planned_ram: int
    ram: int

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

    def plan(self, options: list[str]) -> dict[str, float]:
        """The plan's figures."""
        output, _ = self._start("plan", PROMPT, *options, "--json").communicate()
        return json.loads(output)

    def make(self, name: str, options: list[str]) -> tuple[float, int]:
        """Seconds and peak memory of the whole process, by the operating system's account."""
        began = time.perf_counter()
        process = self._start("generate", PROMPT, *options, "--seed", "1", "-o", f"{name.replace(' ', '-')}.mp4")
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        if status != 0:
            sys.exit(f"generate failed for the request {name!r}")
        return seconds, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "artifex.cli.main", *arguments]
        return subprocess.Popen(command, cwd=self._folder, env=self._environment, stdout=subprocess.PIPE)


def measure() -> list[Outcome]:
    """Plan everything, then make everything: a plan must not profit from the clips before it."""
    with TemporaryDirectory(prefix="artifex-accuracy-") as folder:
        studio = Studio(Path(folder))
        studio.calibrate()
        plans = {name: studio.plan(options) for name, options in REQUESTS.items()}
        outcomes: list[Outcome] = []
        for name, options in REQUESTS.items():
            seconds, ram = studio.make(name, options)
            outcomes.append(Outcome(name, plans[name]["seconds"], seconds, int(plans[name]["ram"]), ram))
            show(outcomes[-1])
    return outcomes


def show(outcome: Outcome) -> None:
    time_columns = f"{outcome.planned_seconds:8.1f} s planned {outcome.seconds:8.1f} s taken {outcome.time_error:+7.0%}"
    planned, taken = outcome.planned_ram / 2**20, outcome.ram / 2**20
    memory_columns = f"{planned:6.0f} MiB planned {taken:6.0f} MiB taken {outcome.memory_error:+7.0%}"
    print(f"{outcome.request:<16}{time_columns}   {memory_columns}", flush=True)


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    target: Path | None = parser.parse_args().json
    outcomes = measure()
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
