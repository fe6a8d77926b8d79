"""What unfinished and killed jobs left in the shared storage: gone on with, or removed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from artifex.jobs.job import CHECKPOINT
from artifex.jobs.worker.lease import Lease
from artifex.jobs.worker.workspace import Workspace
from artifex.store.objects import Objects
from tests.jobs.floor import Floor, small_recipe
from tests.jobs.queues import slot, take


@dataclass
class SweptObjects:
    """Each is removed right before it is read, as one of a job is that somebody retries a day later."""

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
