"""The queue itself: concurrent writers and, with ten thousand jobs queued, the cost of scheduling the next one and the
time to recover from a crash."""

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from benchmarks.load.library import new_clip
from benchmarks.load.server import serve

from artifex.jobs.queue import Queue, Slot
from artifex.settings import Settings
from artifex.store.database import connect, sqlite_url

_AT_ONCE = 500
"""Jobs in one transaction, so that others can write in between."""
_PATIENCE = 60.0


def fill(queue: Queue, jobs: int, users: int) -> None:
    """Queue so many jobs, of so many users in turn."""
    clip = new_clip("")
    owners = [uuid4().hex for _ in range(users)]
    new = [replace(clip, owner=owners[number % users]) for number in range(jobs)]
    for start in range(0, jobs, _AT_ONCE):
        queue.submit(new[start : start + _AT_ONCE])


def storm_seconds(home: Path, writers: int, jobs: int) -> list[float]:
    """Duration of each write while so many processes submit and cancel jobs without pause."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(writers, mp_context=spawn) as pool:
        storms = [pool.submit(_storm, home, jobs) for _ in range(writers)]
        return [seconds for storm in storms for seconds in storm.result()]


def _storm(home: Path, jobs: int) -> list[float]:
    database = connect(sqlite_url(Settings(home).database_file))
    queue, clip = Queue(database), replace(new_clip(""), owner=uuid4().hex)
    taken: list[float] = []
    for _ in range(jobs):
        began = time.perf_counter()
        job = queue.submit([clip])[0]
        submitted = time.perf_counter()
        queue.cancel(job.id)
        taken += [submitted - began, time.perf_counter() - submitted]
    database.close()
    return taken


def decision_seconds(queue: Queue, decisions: int) -> list[float]:
    """How long it takes, each time, to choose and start the next job of an idle slot, including the commit."""
    slot = Slot("bench.gpu0", "bench", "stand-in", ("generate",))
    queue.announce(slot, "starter", {})
    taken: list[float] = []
    for _ in range(decisions):
        began = time.perf_counter()
        claim = queue.take(slot.name)
        taken.append(time.perf_counter() - began)
        assert claim is not None, "there are jobs enough"
        queue.succeed(claim, {}, [])
    queue.withdraw(slot.name)
    return taken


def recovery_seconds(home: Path, queue: Queue) -> tuple[float, float]:
    """Start a server with a slot over the library of a killed one: seconds until it answers, and until its first job is
    running."""
    with serve(home, slots="cpu") as server:
        healthy = server.wait_until_healthy()
        while not queue.page(states=("running", "finalizing"), limit=1).jobs:
            if time.monotonic() - server.began > _PATIENCE:
                raise RuntimeError("no job was begun; the server's log is above")
            time.sleep(0.02)
        return healthy, time.monotonic() - server.began
