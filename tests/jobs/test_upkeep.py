"""Leftovers of unfinished and killed jobs in the shared storage: resumed from, or removed."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from artifex.jobs.job import CHECKPOINT
from artifex.jobs.worker.lease import Lease
from artifex.jobs.worker.upkeep import KEPT_SECONDS, sweep_work
from artifex.jobs.worker.workspace import Workspace
from artifex.store.objects import LocalObjects, Objects
from tests.jobs.floor import Floor, small_recipe
from tests.jobs.queues import slot, take


@dataclass
class SweptObjects:
    """An object store that removes each object right before it is read, like a sweep just as a job is retried."""

    objects: Objects

    def get(self, key: str) -> bytes:
        self.objects.delete(key)
        return self.objects.get(key)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.objects, name)


def test_a_job_whose_checkpoint_is_swept_at_this_moment_starts_again(tmp_path: Path) -> None:
    floor = Floor(tmp_path)
    floor.order(small_recipe())
    claim = take(floor.queue, slot(floor.queue, "one.cpu0"))
    objects: Any = SweptObjects(floor.objects)
    workspace = Workspace(objects, Lease(floor.queue, claim))
    workspace.write(CHECKPOINT, b"steps")
    assert workspace.read(CHECKPOINT) is None


def test_what_killed_workers_had_begun_to_write_is_swept_a_day_later(tmp_path: Path) -> None:
    floor = Floor(tmp_path)
    job = floor.order(small_recipe())
    claim = take(floor.queue, slot(floor.queue, "one.cpu0"))
    Workspace(floor.objects, Lease(floor.queue, claim)).write(CHECKPOINT, b"steps")
    assert isinstance(floor.objects, LocalObjects)
    old, young = (floor.objects.folder / "work" / job.id / f".artifex-{digit * 12}-1-x-9" for digit in "ab")
    for begun in (old, young):
        begun.write_bytes(b"st")
    long_ago = time.time() - KEPT_SECONDS - 60
    os.utime(old, (long_ago, long_ago))
    assert sweep_work(floor.objects, floor.queue) == 1
    assert not old.exists()
    assert young.exists()
    assert len(list(floor.objects.list("work/"))) == 1
