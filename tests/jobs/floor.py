"""A library and queue with real slot processes."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

from artifex.catalog import compose, manifest
from artifex.catalog.compose import Wishes
from artifex.catalog.execution import Experts
from artifex.catalog.presets import Values
from artifex.catalog.registry import find_model
from artifex.jobs.queue import JobRow, NewJob, Queue, Slot
from artifex.jobs.state import ENDS, Kind, StateName
from artifex.media.decode import frame_hashes
from artifex.recipe import Recipe
from artifex.settings import Settings
from artifex.store.assets import AssetRow, Assets, NewAsset
from artifex.store.blobs import Blobs
from artifex.store.database import Database, open_database, sqlite_url
from artifex.store.objects import Objects, open_objects
from artifex.units import PixelSize
from tests.forks import Fork

OWNER = "0" * 32
MEDIA: tuple[Kind, ...] = ("generate", "warm", "upscale", "proxy", "render", "filter", "pull")
MOST_SECONDS = 120.0

SlotProcess = Fork | subprocess.Popen[str]


def small_recipe(steps: int = 6, seed: int = 5) -> Recipe:
    """The recipe of a clip that takes one or two seconds on one core."""
    spec = find_model("starter", None)
    values = Values(size=PixelSize(width=128, height=128), frame_count=9, steps=steps)
    return compose.compose(spec, manifest.lock(spec), Wishes("a red circle moves right", values), seed)


class Floor:
    """One machine's studio in a folder: settings, database, queue and library."""

    def __init__(self, root: Path, database_url: str = "") -> None:
        self.home = root / "home"
        self.settings = Settings(self.home, database_url=database_url)

    @cached_property
    def database(self) -> Database:
        return open_database(self.settings.database_url or sqlite_url(self.settings.database_file))

    @cached_property
    def queue(self) -> Queue:
        return Queue(self.database)

    @cached_property
    def objects(self) -> Objects:
        return open_objects(self.settings)

    @cached_property
    def assets(self) -> Assets:
        return Assets(self.database, Blobs(self.settings.blobs))

    @property
    def environment(self) -> dict[str, str]:
        words = {"ARTIFEX_HOME": str(self.home), "ARTIFEX_DATABASE": self.settings.database_url, "OMP_NUM_THREADS": "1"}
        return {**os.environ, **words, "CUDA_VISIBLE_DEVICES": ""}

    def environment_with(self, program: str) -> dict[str, str]:
        """An environment in whose Python processes ``program`` runs first."""
        folder = self.home / "site"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "sitecustomize.py").write_text(program)
        path = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
        return {**self.environment, "PYTHONPATH": path}

    def order(self, recipe: Recipe, **more: Any) -> JobRow:
        request = {"recipe": recipe.to_data(), "seed_was_given": True, "codec": "h264"}
        new = NewJob(
            kind="generate", request=request, owner=OWNER, model=recipe.model.name, step_count=recipe.steps, **more
        )
        return self.queue.submit([new])[0]

    def ask(self, kind: Kind, **request: Any) -> JobRow:
        return self.queue.submit([NewJob(kind=kind, request=request, owner=OWNER)])[0]

    @contextmanager
    def slot(
        self, name: str = "here.cpu0", program: str = "", experts: Experts = "both", fresh: bool = False
    ) -> Iterator[SlotProcess]:
        """A slot's process; it leaves, or is killed, when the block ends.

        ``program`` is Python that runs in it first. ``fresh``: a new interpreter instead of a fork, as supervisors use.
        """
        slot = Slot(name, name.partition(".")[0], "cpu", MEDIA, experts)
        words = ["--slot", json.dumps(asdict(slot)), "--poll", "0.2"]
        start = f"{program}\nimport sys, runpy\nrunpy.run_module('artifex.jobs.worker.slot', run_name='__main__')"
        process = _fresh(start, words, self.environment) if fresh else Fork(start, words, self.environment, pipes=(0,))
        assert process.stdin is not None
        try:
            yield process
            process.stdin.close()
            process.wait(30)
        finally:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()

    def wait(self, job: JobRow | str, until: Callable[[JobRow], bool], seconds: float = MOST_SECONDS) -> JobRow:
        """Wait until the job meets a condition; fails with its state if it ends or the time is over before."""
        job_id = job if isinstance(job, str) else job.id
        end = time.monotonic() + seconds
        while not until(row := self.queue.get(job_id)):
            going_on = row.state_name not in ENDS and time.monotonic() < end
            assert going_on, f"{row.state} at step {row.step} of {row.step_count}"
            time.sleep(0.02)
        return row

    def wait_until_alive(self, slot: str) -> None:
        end = time.monotonic() + MOST_SECONDS
        while not any(each["name"] == slot and each["alive"] for each in self.queue.slots()):
            assert time.monotonic() < end
            time.sleep(0.05)

    def wait_for(self, job: JobRow | str, state: StateName, seconds: float = MOST_SECONDS) -> JobRow:
        return self.wait(job, lambda row: row.state_name == state or row.state_name in ENDS, seconds)

    def finish(self, job: JobRow) -> JobRow:
        """Wait for a success."""
        row = self.wait_for(job, "succeeded")
        assert row.state_name == "succeeded", row.state
        return row

    def files(self, job: JobRow) -> list[AssetRow]:
        row = self.queue.get(job.id)
        assert row.state_name == "succeeded", row.state
        return [self.assets.get(asset) for asset in row.state.result["asset_ids"]]  # pyright: ignore[reportAttributeAccessIssue]

    def keep(self, file: Path, kind: str) -> AssetRow:
        """Add a file to the owner's library."""
        content = self.assets.store_file(file)
        return self.assets.add(NewAsset(owner=OWNER, content=content, kind=kind, media_type="", name=file.name))

    def path(self, asset: AssetRow) -> Path:
        return self.assets.blobs.path(asset.sha256)

    def frames(self, job: JobRow) -> list[str]:
        """Hashes of the frames of a finished job's only clip."""
        [asset] = self.files(job)
        return frame_hashes(self.path(asset))

    def leftovers(self, seconds: float = 10.0) -> list[str]:
        """Files that finished jobs have not removed; waits, because a slot cleans up just after reporting the end."""
        end = time.monotonic() + seconds
        while (left := self._left()) and time.monotonic() < end:
            time.sleep(0.05)
        return left

    def _left(self) -> list[str]:
        scratch = self.home / "slots"
        kept = [*self.objects.list("work/"), *self.objects.list("previews/")]
        return kept + [str(path) for path in scratch.glob("*/*")]


def _fresh(program: str, words: list[str], environment: dict[str, str]) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", program, *words]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment, text=True)


def at_step(step: int) -> Callable[[JobRow], bool]:
    """A condition: denoising has reached this step, in any attempt."""
    return lambda row: row.stage == "denoise" and row.step >= step


def has_checkpoint(row: JobRow) -> bool:
    return row.checkpoint is not None and row.state_name == "running"


def slowed(seconds: float) -> str:
    """A program that slows each call of the network down, so that a test can act between two steps."""
    return (
        "import time\nfrom artifex.catalog.wan.transformer import WanTransformer\nforward = WanTransformer.forward\n"
        f"def slow(self, *arguments, **options):\n    time.sleep({seconds})\n"
        "    return forward(self, *arguments, **options)\n"
        "WanTransformer.forward = slow\n"
    )
