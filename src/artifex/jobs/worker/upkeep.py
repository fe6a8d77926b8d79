"""Removes what jobs left in the shared storage and no longer need."""

import time
from collections.abc import Iterator

from artifex.errors import NotFound
from artifex.jobs.queue import JobRow, Queue
from artifex.jobs.state import ENDS
from artifex.jobs.worker.workspace import preview_key
from artifex.store.objects import Objects

KEPT_SECONDS = 24 * 3600.0
"""How long after its end a job that did not succeed keeps its checkpoint for a retry."""


def sweep_work(objects: Objects, queue: Queue) -> int:
    """Remove checkpoints and previews of finished or deleted jobs, superseded checkpoints, and partial writes of killed
    workers.

    Returns how many objects were removed. Raises StorageFailed, DatabaseUnreachable.
    """
    count = objects.sweep(KEPT_SECONDS)
    for job_id, keys in _by_job(objects):
        job = _find(queue, job_id)
        for key in keys:
            if job is None or _is_over(job) or _is_left_behind(key, job):
                objects.delete(key)
                count += 1
    return count


def _by_job(objects: Objects) -> Iterator[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for prefix in ("work/", "previews/"):
        for key in objects.list(prefix):
            found.setdefault(key.split("/")[1], []).append(key)
    yield from found.items()


def _find(queue: Queue, job_id: str) -> JobRow | None:
    try:
        return queue.get(job_id)
    except NotFound:
        return None


def _is_over(job: JobRow) -> bool:
    if job.state_name == "succeeded":
        return True
    return job.state_name in ENDS and time.time() - (job.finished_at or 0.0) > KEPT_SECONDS


def _is_left_behind(key: str, job: JobRow) -> bool:
    """Whether an earlier attempt wrote it; the current attempt may be writing its own right now."""
    if key in (job.checkpoint, preview_key(job.id)):
        return False
    attempt = key.rpartition("/")[2].partition("-")[0]
    return attempt.isdecimal() and int(attempt) < job.attempt
