"""The queue between processes: racing claims, many writers at once, and power cuts."""

import os
import random
import shutil
import sqlite3
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from artifex.jobs.queue import Queue
from artifex.jobs.state import ENDS, HELD
from artifex.store.database import open_database, sqlite_url
from tests.forks import FORKS
from tests.jobs.queues import clip, keep_content, slot, submit

PROCESSES = 8
FAULT_RUNS = int(os.environ.get("ARTIFEX_FAULT_RUNS", "3"))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "artifex.db")
    return request.getfixturevalue("postgres").new_database()


def race(url: str, name: str) -> list[str]:
    """Take and finish jobs until there are none; returns their ids."""
    database = open_database(url)
    queue = Queue(database)
    slot(queue, name)
    done: list[str] = []
    while (claim := queue.take(name)) is not None:
        done.append(claim.job.id)
        queue.succeed(claim, {}, [])
    database.close()
    return done


def test_of_many_processes_one_gets_each_job(url: str) -> None:
    database = open_database(url)
    queue = Queue(database)
    made = [submit(queue).id for _ in range(60)]
    with _pool(PROCESSES) as pool:
        done = list(pool.map(race, [url] * PROCESSES, [f"host{n}.cpu" for n in range(PROCESSES)]))
    assert sorted(one for some in done for one in some) == sorted(made)
    assert {job.attempt for job in queue.page(limit=100).jobs} == {1}
    database.close()


def storm(url: str, writer: int) -> list[str]:
    """Submit and cancel jobs without a pause; returns their ids."""
    database = open_database(url)
    queue = Queue(database)
    made = [queue.cancel(submit(queue, owner=f"user{writer}").id).id for _time in range(40)]
    database.close()
    return made


def test_many_writers_wait_for_one_another_without_error(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "artifex.db")
    open_database(url).close()
    with _pool(PROCESSES) as pool:
        made = {one for some in pool.map(storm, [url] * PROCESSES, range(PROCESSES)) for one in some}
    assert len(made) == 40 * PROCESSES
    database = open_database(url)
    assert {job.id for job in Queue(database).page(states=["cancelled"], limit=1000).jobs} == made
    database.close()


def work_on(path: str, seed: int) -> None:
    """Submit, take and finish jobs until this process is killed."""
    dice = random.Random(seed)
    queue = Queue(open_database(sqlite_url(Path(path))))
    name = slot(queue, f"host{seed}.cpu")
    while True:
        submit(queue, owner=f"user{dice.randrange(3)}")
        claim = queue.take(name)
        if claim is not None and dice.random() < 0.8:
            queue.succeed(claim, {}, [clip()])
        elif claim is not None:
            queue.crashed(name)


@pytest.mark.parametrize("seed", range(FAULT_RUNS))
def test_a_cut_at_any_point_leaves_a_whole_database(tmp_path: Path, seed: int) -> None:
    """A cut is a copy of the database and its log at some moment, perhaps with a torn last page of the log."""
    dice = random.Random(seed)
    path = tmp_path / "artifex.db"
    database = open_database(sqlite_url(path))
    keep_content(database)
    database.close()
    writers = [FORKS.Process(target=work_on, args=(str(path), seed * 2 + n), daemon=True) for n in range(2)]
    for writer in writers:
        writer.start()
    _wait_for_jobs(path)
    time.sleep(dice.random())
    for writer in writers:
        writer.kill()
        writer.join()
    cut = tmp_path / "cut" / "artifex.db"
    cut.parent.mkdir()
    shutil.copy(path, cut)
    log = path.with_name("artifex.db-wal").read_bytes()
    cut.with_name("artifex.db-wal").write_bytes(log[: dice.randrange(_certain_bytes(path), len(log) + 1)])
    _check(cut)


def _certain_bytes(path: Path) -> int:
    """The part of the log that SQLite had synced to disk before checkpointing it to the database."""
    index = path.with_name("artifex.db-shm").read_bytes()
    frames = int.from_bytes(index[128:132], sys.byteorder)
    return 32 + frames * (24 + 4096) if frames else 0


def _wait_for_jobs(path: Path) -> None:
    until = time.monotonic() + 30
    with closing(sqlite3.connect(path)) as connection:
        while connection.execute("select count(*) from jobs").fetchone()[0] < 10:
            assert time.monotonic() < until
            time.sleep(0.05)


def _check(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
    database = open_database(sqlite_url(path))
    queue = Queue(database)
    events = queue.events(0, limit=1_000_000)
    for job in queue.page(limit=1000).jobs:
        told = [event.data for event in events if event.job_id == job.id]
        assert [data["sequence"] for data in told] == list(range(1, job.sequence + 1))
        assert told[-1]["state"] == job.state_name
        assert (job.finished_at is not None) == (job.state_name in ENDS)
    held = [row["job"] for row in queue.slots() if row["job"] is not None]
    assert len(held) == len(queue.page(states=[*HELD], limit=1000).jobs)
    name = slot(queue, "afterwards.cpu")
    submit(queue)
    assert queue.take(name) is not None
    database.close()


def _pool(processes: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(processes, mp_context=FORKS)
