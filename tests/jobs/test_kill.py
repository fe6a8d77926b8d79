"""Power cuts: a process killed at any moment is finished by the same command, frame for frame.

The whole program runs in child processes. Moments are drawn from a seeded generator: before the n-th
rename (a checkpoint, a sidecar, a poster or the clip about to appear), before the n-th file opened for
writing, or some time into a stage (a step, decoding, encoding). ``ARTIFEX_KILLS`` sets how many.
"""

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from artifex.media.decode import frame_hashes

KILLS = int(os.environ.get("ARTIFEX_KILLS", "6"))
COMMAND = "a red circle moves right on a blue background -o clip.mp4 --size 128x128 --frames 17 --steps 6 --seed 5"
PROMPT_WORDS = 9

MORTAL = """
import os, signal, sys
event, fatal = sys.argv[1], int(sys.argv[2])
seen = 0
def watch(name, details):
    global seen
    writing = name != "open" or (isinstance(details[1], str) and set(details[1]) & set("wax+"))
    if name == event and writing:
        seen += 1
        if seen == fatal:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
from artifex.cli.main import main
code = main(sys.argv[3:])
print("seen", seen)
sys.exit(code)
"""


@dataclass(frozen=True)
class Place:
    """A working folder and a state folder of their own."""

    root: Path

    @property
    def clip(self) -> Path:
        return self.root / "work" / "clip.mp4"

    def start(self, event: str = "none", fatal: int = 0) -> "subprocess.Popen[str]":
        (self.root / "work").mkdir(parents=True, exist_ok=True)
        words = COMMAND.split()
        arguments = ["generate", " ".join(words[:PROMPT_WORDS]), *words[PROMPT_WORDS:]]
        return subprocess.Popen(
            [sys.executable, "-c", MORTAL, event, str(fatal), *arguments],
            cwd=self.root / "work",
            env={**os.environ, "ARTIFEX_HOME": str(self.root / "home")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, event: str = "none", fatal: int = 0) -> tuple[int, str, str]:
        with self.start(event, fatal) as process:
            output, errors = process.communicate(timeout=300)
        return process.returncode, output, errors

    def kill_in(self, stage: str, after: float) -> None:
        """Start, wait for a stage and ``after`` seconds more, and kill."""
        with self.start() as process:
            assert process.stderr is not None
            next(line for line in process.stderr if line.startswith(stage))
            time.sleep(after)
            process.kill()
        assert process.returncode == -signal.SIGKILL

    def files(self) -> set[str]:
        return {path.name for path in (self.root / "work").iterdir()}

    def strays(self) -> list[Path]:
        return list(self.root.rglob(".artifex-*"))

    def unfinished(self) -> list[Path]:
        return list((self.root / "home" / "jobs").iterdir())


@dataclass(frozen=True)
class Undisturbed:
    frames: list[str]
    events: dict[str, int]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    events: dict[str, int] = {}
    frames: list[str] = []
    for event in ("os.rename", "open"):
        place = Place(tmp_path_factory.mktemp(event))
        code, output, errors = place.run(event)
        assert code == 0, errors
        events[event] = int(output.split()[-1])
        frames = list(frame_hashes(place.clip))
    return Undisturbed(frames, events)


@pytest.mark.parametrize("case", range(KILLS))
def test_the_same_command_finishes_what_a_kill_cut_short(tmp_path: Path, undisturbed: Undisturbed, case: int) -> None:
    chance = random.Random(case)
    place = Place(tmp_path)
    moment = ("os.rename", "open", "stage")[case % 3]
    if moment == "stage":
        place.kill_in(chance.choice(["Loading", "Denoising", "Denoising", "Decoding"]), chance.uniform(0, 0.4))
    else:
        code, _, errors = place.run(moment, chance.randint(1, undisturbed.events[moment]))
        assert code == -signal.SIGKILL, errors
    code, _, errors = place.run()
    assert code == 0, errors
    assert list(frame_hashes(place.clip)) == undisturbed.frames
    assert place.files() == {"clip.mp4", "clip.mp4.json"}
    assert place.unfinished() == []
    assert place.strays() == []


def test_the_clip_killed_just_after_it_appeared_is_not_made_again(tmp_path: Path, undisturbed: Undisturbed) -> None:
    place = Place(tmp_path)
    code, _, errors = place.run("shutil.rmtree", 1)  # the job's folder goes once the clip is there
    assert code == -signal.SIGKILL, errors
    inode = place.clip.stat().st_ino
    code, _, errors = place.run()
    assert code == 0, errors
    assert "finished before" in errors
    assert place.clip.stat().st_ino == inode
    assert place.unfinished() == []


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_interrupting_keeps_a_checkpoint(tmp_path: Path, undisturbed: Undisturbed, sign: signal.Signals) -> None:
    place = Place(tmp_path)
    with place.start() as process:
        assert process.stderr is not None
        next(line for line in process.stderr if line.startswith("Denoising"))
        process.send_signal(sign)
        errors = process.stderr.read()
    assert process.returncode == 130, errors
    assert "The same command goes on from there" in errors
    assert not place.clip.exists()
    [folder] = [path for path in place.unfinished() if path.is_dir()]
    assert (folder / "checkpoint.safetensors").exists()
    code, _, errors = place.run()
    assert code == 0, errors
    assert "Going on from step" in errors
    assert list(frame_hashes(place.clip)) == undisturbed.frames


def test_two_processes_do_not_make_the_same_clip(tmp_path: Path) -> None:
    place = Place(tmp_path)
    with place.start() as first:
        assert first.stderr is not None
        next(line for line in first.stderr if line.startswith("Loading"))
        code, _, errors = place.run()
        first.communicate()
    assert (code, first.returncode) == (3, 0)
    assert "Another artifex process" in errors
