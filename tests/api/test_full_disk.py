"""A disk that is full (F13): uploads and submissions are refused in words, nothing is torn, and room mends it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from artifex.jobs.queue import NewJob, Queue, Slot
from artifex.jobs.worker.lease import Lease
from artifex.jobs.worker.workspace import Workspace, work_prefix
from artifex.store.database import open_database, sqlite_url
from artifex.store.objects import LocalObjects
from tests.api.conftest import Studio
from tests.fakes import hostile
from tests.fakes.disk import filled, small_disk

MEDIA = "/api/v1/media"
LARGE = hostile.picture("PNG") + np.random.default_rng(1).bytes(3 * 2**20)
"""Over what a form keeps in memory."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "home0", mebibytes=16) as folder:
        yield folder


def test_uploads_and_submissions_are_refused_and_taken_again(disk: Path, open_studio: Callable[..., Studio]) -> None:
    studio = open_studio()
    client, uploads = studio.client, studio.service.settings.uploads
    first = client.post(MEDIA, files={"file": ("a.png", hostile.picture("PNG"))}).json()
    with filled(disk):
        for content in (LARGE, hostile.picture("JPEG", (640, 400))):
            answer = client.post(MEDIA, files={"file": ("b.png", content)})
            assert (answer.status_code, answer.json()["error"]["code"]) == (507, "out_of_space")
            assert str(disk) not in answer.text
            assert list(uploads.iterdir()) == []
        reference = client.post("/v1/videos", data={"prompt": "x"}, files={"input_reference": ("c.png", LARGE)})
        assert reference.status_code == 507, reference.text
        told = {client.post("/v1/videos", json={"prompt": "a red circle"}).status_code for _ in range(5)}
        assert told <= {200, 507}
        assert client.get(f"{MEDIA}/{first['id']}/file").content == hostile.picture("PNG")
    assert client.post(MEDIA, files={"file": ("d.png", hostile.picture("JPEG", (640, 400)))}).status_code == 201
    assert client.post("/v1/videos", json={"prompt": "a red circle"}).status_code == 200
    studio.service.assets.sweep(older_than=-1)
    assert studio.service.assets.audit() == []


def test_a_checkpoint_for_which_there_is_no_room_is_left_out_and_the_one_before_stays(
    disk: Path, tmp_path: Path
) -> None:
    database = open_database(sqlite_url(tmp_path / "artifex.db"))
    queue, objects = Queue(database), LocalObjects(disk / "objects")
    queue.submit([NewJob(kind="generate", request={}, owner="o")])
    queue.announce(Slot("h.cpu0", "h", "cpu", ("generate",)), "", {})
    claim = queue.take("h.cpu0")
    assert claim is not None
    workspace = Workspace(objects, Lease(queue, claim))
    first, second, third = (os.urandom(2**20) for _ in range(3))
    workspace.write("checkpoint", first)
    with filled(disk):
        workspace.write("checkpoint", second)
        assert workspace.read("checkpoint") == first
        assert len(list(objects.list(work_prefix(claim.job.id)))) == 1
    workspace.write("checkpoint", third)
    assert workspace.read("checkpoint") == third
    assert sum(path.is_file() for path in (disk / "objects").rglob("*")) == 1
    database.close()
