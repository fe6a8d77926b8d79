"""Runs the command line in child processes that are killed at chosen moments, and inspects what they leave."""

import json
import os
import random
import shutil
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from artifex.media.decode import frame_hashes
from tests.forks import Fork

PROGRAM = """
import collections, json, os, signal, sys
event, fatal = sys.argv[1], int(sys.argv[2])
seen = collections.Counter()
def watch(name, details):
    if name == "open" and not (isinstance(details[1], str) and set(details[1]) & set("wax+")):
        return
    names = [name]
    if name == "os.rename" and str(details[1]).endswith("checkpoint.safetensors"):
        names.append("checkpoint")
    for each in names:
        seen[each] += 1
        if each == event and seen[each] == fatal:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
from artifex.cli.main import main
code = main(sys.argv[3:])
print(json.dumps(seen))
sys.exit(code)
"""
"""Kills itself before the n-th audit event of a kind (a rename, a file opened for writing, a checkpoint ...); otherwise
prints how many of each there were."""


@dataclass(frozen=True)
class Place:
    """A command with its own working folder and home folder."""

    root: Path
    command: Sequence[str]

    @property
    def clip(self) -> Path:
        return self.root / "work" / "clip.mp4"

    @property
    def home(self) -> Path:
        return self.root / "home"

    def start(self, event: str = "none", fatal: int = 0, program: str = PROGRAM) -> Fork:
        work = self.root / "work"
        work.mkdir(parents=True, exist_ok=True)
        words = [event, str(fatal), *self.command]
        return Fork(program, words, {**os.environ, "ARTIFEX_HOME": str(self.home)}, work)

    def run(self, event: str = "none", fatal: int = 0, program: str = PROGRAM) -> tuple[int, str, str]:
        with self.start(event, fatal, program) as process:
            output, errors = process.communicate()
        return process.wait(), output, errors

    def kill_in(self, stage: str, after: float) -> None:
        """Start the command, and kill it ``after`` seconds into a stage."""
        with self.start() as process:
            next(line for line in process.stderr if line.startswith(stage))
            time.sleep(after)
            process.kill()
        assert process.returncode == -signal.SIGKILL

    def kill_somewhere(self, moment: str, events: Mapping[str, int], chance: random.Random) -> None:
        """Kill in a random stage if ``moment`` is "stage", else before a random one of the ``events`` of that kind."""
        if moment == "stage":
            self.kill_in(chance.choice(["Loading", "Denoising", "Denoising", "Decoding"]), chance.uniform(0, 0.4))
        else:
            code, _, errors = self.run(moment, chance.randint(1, events[moment]))
            assert code == -signal.SIGKILL, errors

    def files(self) -> set[str]:
        return {path.name for path in (self.root / "work").iterdir()}

    def strays(self) -> list[Path]:
        return list(self.root.rglob(".artifex-*"))

    def unfinished(self) -> list[Path]:
        return list((self.home / "jobs").iterdir())

    def equip(self, home: Path) -> None:
        """Copy a home folder with installed models."""
        shutil.copytree(home, self.home)


@dataclass(frozen=True)
class Undisturbed:
    """A clip made without interruption: its frame hashes, and the number of audit events of each kind."""

    frames: list[str]
    events: dict[str, int]

    @classmethod
    def at(cls, place: Place) -> "Undisturbed":
        code, output, errors = place.run()
        assert code == 0, errors
        return cls(list(frame_hashes(place.clip)), json.loads(output.splitlines()[-1]))
