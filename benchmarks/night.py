"""Crash test: forty clips of ten users on two workers, of which a random slot is killed every twenty seconds.

    python -m benchmarks.night [--json FILE] [--size 256x256] [--frames 33] [--steps 12]

A real ``artifex serve`` with accounts, two real ``artifex worker``s on the CPU, and ten users who each ask for four
clips of the starter model through ``artifex.client``. First the forty clips are made undisturbed ("peace"), then again
while random slot processes get a SIGKILL ("night"). Exits with 1 unless every clip was made, with the same file and
recipe as in the undisturbed run. Needs a POSIX system.
"""

import hashlib
import json
import os
import random
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
from benchmarks.load.server import serve

from artifex.accounts.keys import ApiKeys
from artifex.accounts.passwords import Passwords
from artifex.accounts.users import Users
from artifex.client import Client
from artifex.media.decode import frame_hashes
from artifex.settings import Settings
from artifex.store.database import open_database, sqlite_url

USERS, CLIPS = 10, 4
WORKERS = ("first", "second")
KILL_SECONDS = 20.0
_PROMPTS = (
    "a red circle moves right on a blue background",
    "a green star moves up on a white background",
    "a yellow square moves left on a black background",
    "a blue ring grows on a white background",
)
_SLOT_PROGRAM = "artifex.jobs.worker.slot"


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip as its user received it."""

    state: str
    sha256: str
    frames: tuple[str, ...]
    recipe: Mapping[str, Any] | None
    attempts: int
    waited: float
    """Seconds from its request to the start of its last attempt."""
    took: float
    """Seconds from its request to its end."""

    def is_same(self, other: "Clip") -> bool:
        mine = (self.state, self.sha256, self.frames, self.recipe)
        return mine == (other.state, other.sha256, other.frames, other.recipe)


@dataclass(slots=True)
class Killer:
    """Kills (SIGKILL) the process of a random slot every `KILL_SECONDS`."""

    workers: Sequence["subprocess.Popen[bytes]"]
    dice: random.Random = field(default_factory=lambda: random.Random(1))
    kills: int = 0
    _over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        thread = threading.Thread(target=self._run)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _run(self) -> None:
        while not self._over.wait(KILL_SECONDS):
            slots = [
                child
                for worker in self.workers
                for child in psutil.Process(worker.pid).children()
                if _SLOT_PROGRAM in child.cmdline()
            ]
            if slots:
                self.dice.choice(slots).kill()
                self.kills += 1


def add_users(home: Path) -> list[str]:
    """Create the users; returns an API key of each."""
    database = open_database(sqlite_url(Settings(home).database_file))
    users, keys = Users(database, Passwords()), ApiKeys(database, time.time)
    users.create("root", "correct horse battery", "admin")
    people = [users.create(f"member{number}", "correct horse battery", "member") for number in range(USERS)]
    texts = [keys.create(person.id, "benchmark")[1] for person in people]
    database.close()
    return texts


@contextmanager
def working(home: Path, name: str) -> Iterator["subprocess.Popen[bytes]"]:
    words = {"ARTIFEX_HOME": str(home), "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "", "ARTIFEX_LOG": "ERROR"}
    command = [sys.executable, "-m", "artifex.cli.main", "worker", "--slots", "cpu", "--name", name]
    process = subprocess.Popen(command, env={**os.environ, **words})
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def make_clips(url: str, keys: Sequence[str], shape: Mapping[str, Any], folder: Path) -> list[list[Clip]]:
    """Make the clips of all users concurrently; each requests all of theirs, then waits for one after the other."""
    with ThreadPoolExecutor(len(keys)) as threads:
        asked = [threads.submit(_make, url, key, user, shape, folder) for user, key in enumerate(keys)]
        return [one.result() for one in asked]


def _make(url: str, key: str, user: int, shape: Mapping[str, Any], folder: Path) -> list[Clip]:
    with Client(url, key) as studio:
        wanted = [(prompt, 100 * user + number) for number, prompt in enumerate(_PROMPTS[:CLIPS])]
        jobs = [studio.generate(prompt, seed=seed, **shape) for prompt, seed in wanted]
        clips: list[Clip] = []
        for job in jobs:
            done = job.wait()
            sha256, frames = "", ()
            if done.state == "succeeded":
                file = job.download(folder / f"{job.id}.mp4")
                sha256, frames = hashlib.sha256(file.read_bytes()).hexdigest(), tuple(frame_hashes(file))
            began, ended = done.started_at or done.created_at, done.finished_at or time.time()
            attempts = int(done.data["attempt"])
            times = (began - done.created_at, ended - done.created_at)
            clips.append(Clip(done.state, sha256, frames, done.recipe, attempts, *times))
        return clips


def fairness(values: Sequence[float]) -> float:
    """Jain's fairness index: 1 if all values are equal, 1/n if all but one are zero."""
    return sum(values) ** 2 / (len(values) * sum(value * value for value in values))


def summary(clips: Sequence[Sequence[Clip]], seconds: float) -> dict[str, float]:
    waits = [sum(clip.took for clip in mine) / len(mine) for mine in clips]
    every = [clip for mine in clips for clip in mine]
    return {
        "seconds": round(seconds, 1),
        "clips_made": sum(clip.state == "succeeded" for clip in every),
        "attempts": sum(clip.attempts for clip in every),
        "mean_wait": round(sum(waits) / len(waits), 1),
        "fairness": round(fairness(waits), 4),
        "longest_over_shortest_wait": round(max(waits) / min(waits), 3),
    }


def run(shape: Mapping[str, Any]) -> dict[str, Any]:
    with TemporaryDirectory(prefix="artifex-night-") as folder, ExitStack() as going:
        home, files = Path(folder) / "home", Path(folder) / "clips"
        files.mkdir()
        keys = add_users(home)
        server = going.enter_context(serve(home))
        server.wait_until_healthy()
        workers = [going.enter_context(working(home, name)) for name in WORKERS]
        url, began = f"http://127.0.0.1:{server.port}", time.monotonic()
        peace = make_clips(url, keys, shape, files)
        between, killer = time.monotonic(), Killer(workers)
        with killer.at_work():
            night = make_clips(url, keys, shape, files)
        ended = time.monotonic()
    pairs = [pair for mine in zip(peace, night, strict=True) for pair in zip(*mine, strict=True)]
    return {
        "peace": summary(peace, between - began),
        "night": summary(night, ended - between),
        "kills": killer.kills,
        "identical": sum(calm.is_same(disturbed) for calm, disturbed in pairs),
        "passed": all(calm.state == "succeeded" and calm.is_same(disturbed) for calm, disturbed in pairs),
    }


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--size", default="256x256")
    parser.add_argument("--frames", type=int, default=33)
    parser.add_argument("--steps", type=int, default=12)
    options = parser.parse_args()
    shape = {"size": options.size, "frames": options.frames, "steps": options.steps}
    results = run(shape)
    print(json.dumps(results, indent=1))
    if options.json is not None:
        head = {"date": time.strftime("%Y-%m-%d"), "cores": os.cpu_count(), "clip": shape}
        options.json.write_text(json.dumps({**head, **results}, indent=1) + "\n")
    sys.exit(not results["passed"])


if __name__ == "__main__":
    main()
