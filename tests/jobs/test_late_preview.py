"""A worker that was suspended while it stored a preview does not disturb the one that took over its job."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from artifex.errors import LeaseLost
from artifex.jobs.queue import Slot
from artifex.jobs.resident import ResidentModels
from artifex.jobs.worker.execute import WORK, Attempt, Workshop
from artifex.jobs.worker.lease import Lease
from artifex.jobs.worker.workspace import preview_key
from artifex.store.objects import Objects
from tests.jobs.floor import MEDIA, Floor, small_recipe
from tests.jobs.queues import slot, take

HELD = Slot("held.cpu0", "held", "cpu", MEDIA)


@dataclass
class SlowObjects:
    """An object store that calls ``meanwhile`` before each put."""

    objects: Objects
    meanwhile: Callable[[], None]

    def put(self, key: str, source: bytes) -> None:
        self.meanwhile()
        self.objects.put(key, source)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.objects, name)


def test_no_preview_is_left_beside_a_job_that_ended_meanwhile(tmp_path: Path) -> None:
    floor = Floor(tmp_path)
    queue, job = floor.queue, floor.order(small_recipe())

    def end_it_elsewhere() -> None:
        queue.crashed(HELD.name)
        queue.withdraw(HELD.name)
        queue.succeed(take(queue, slot(queue, "other.cpu0")), {}, [])

    claim = take(queue, slot(queue, HELD.name))
    objects: Any = SlowObjects(floor.objects, end_it_elsewhere)
    models = ResidentModels(floor.settings.models)
    shop = Workshop(floor.settings, HELD, queue, objects, floor.assets.blobs, floor.assets, models, WORK)
    with pytest.raises(LeaseLost):
        Attempt(shop, Lease(queue, claim), lambda: False)._keep_preview(b"a picture")
    assert queue.get(job.id).state_name == "succeeded"
    assert floor.objects.size(preview_key(job.id)) is None
