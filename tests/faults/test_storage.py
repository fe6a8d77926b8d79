"""A bucket that fails or returns wrong data (F16), and a full disk (F13)."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from artifex.errors import StorageFailed
from artifex.jobs.queue import NewJob, Produced, Queue, Slot
from artifex.store.assets import Assets
from artifex.store.blobs import Blobs
from artifex.store.database import open_database, sqlite_url
from tests.fakes.s3 import ENVIRONMENT, Fault, Kind, SpoilingProxy, s3_server
from tests.faults.chain import Chain
from tests.faults.conftest import MODES
from tests.faults.runs import Run, runs
from tests.faults.studio import Studio

CHAIN = Chain(1, 8)
FAULTS: tuple[Kind, ...] = ("status", "status", "hang", "drop", "truncate", "flip", "etag", "lose")


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SpoilingProxy]:
    kept = {name: os.environ.get(name) for name in ENVIRONMENT}
    os.environ.update(ENVIRONMENT)
    with s3_server(tmp_path_factory.mktemp("bucket")) as url, SpoilingProxy(int(url.rpartition(":")[2])) as proxy:
        yield proxy
    for name, value in kept.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})


@pytest.mark.parametrize("mode", MODES)
def test_a_bucket_that_fails_and_lies_keeps_no_wrong_content_f16(
    mode: str, bucket: SpoilingProxy, open_studio: Callable[..., Studio]
) -> None:
    studio = open_studio(mode, objects_url=f"s3://bucket/{mode}?endpoint={bucket.url}&region=eu-west-1")
    for run in runs("F16"):
        with run:
            ids = [studio.submit(run.tag(number), run.chain(8)) for number in range(2)]
            for _ in range(run.random.randrange(1, 5)):
                time.sleep(run.random.uniform(0.0, 0.05))
                bucket.queue(fault(run))
            studio.finish(ids)
            bucket.faults.clear()
    assert studio.breaches() == []


def fault(run: Run) -> Fault:
    kind = run.random.choice(FAULTS)
    method = {"flip": "PUT", "lose": "PUT", "truncate": "GET"}.get(kind, "*")
    return Fault(method, kind, run.random.choice((500, 503)), seconds=0.3)


def test_credentials_that_ran_out_for_a_while_cost_no_job_f16(
    bucket: SpoilingProxy, open_studio: Callable[..., Studio]
) -> None:
    studio = open_studio("embedded", objects_url=f"s3://bucket/refused?endpoint={bucket.url}&region=eu-west-1")
    for run in runs("F16 credentials", share=5):
        with run:
            bucket.queue(Fault("*", "status", 403))
            studio.finish([studio.submit(run.tag(0), run.chain(8))])
            bucket.faults.clear()
    assert studio.breaches() == []


def test_content_that_was_swept_before_its_job_ended_gets_no_asset(tmp_path: Path) -> None:
    """As when the clock jumps forward between storing content and the job's end."""
    database = open_database(sqlite_url(tmp_path / "artifex.db"))
    queue, assets = Queue(database), Assets(database, Blobs(tmp_path / "blobs"))
    queue.submit([NewJob(kind="generate", request={}, owner="o")])
    queue.announce(Slot("h.cpu0", "h", "cpu", ("generate",)), "", {})
    claim = queue.take("h.cpu0")
    assert claim is not None
    (tmp_path / "clip").write_bytes(b"frames")
    stored = assets.store_file(tmp_path / "clip")
    assert assets.sweep(older_than=-1.0) == 1
    produced = Produced(
        sha256=stored.sha256, size=stored.size, kind="video", media_type="video/mp4", name="clip", facts={}
    )
    with pytest.raises(StorageFailed):
        queue.succeed(claim, {}, [produced])
    assert assets.audit() == []
    assert queue.get(claim.job.id).state_name == "running"
    database.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", folder], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("mounting a file system needs rights that are not here")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk_fails_jobs_in_order_and_serves_again_when_there_is_room_f13(
    small_disk: Path, open_studio: Callable[..., Studio]
) -> None:
    studio = open_studio("embedded", root=small_disk)
    studio.history.may_fail_with = frozenset({"out_of_space"})
    studio.finish([studio.submit("before", CHAIN)])
    ballast = small_disk / "ballast"
    for attempt in range(3):
        fill(ballast)
        studio.client.submit(f"full {attempt}", CHAIN)
        time.sleep(0.5)
        ballast.unlink()
        job = studio.submit(f"room again {attempt}", CHAIN)
        studio.finish([job])
        assert studio.queue.get(job).state_name == "succeeded"
    assert studio.breaches() == []


def fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return  # the disk is full
