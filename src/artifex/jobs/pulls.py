"""Cleaning up after pulls (model downloads) that are deleted before they finish."""

from contextlib import suppress

from artifex.catalog.shelf import Shelf
from artifex.errors import Busy
from artifex.jobs.queue import JobRow, Queue
from artifex.jobs.state import UNFINISHED


def forget_received(job: JobRow, queue: Queue, shelf: Shelf) -> None:
    """Remove the partial download of a paused pull that was deleted; an installed model stays.

    Does nothing if another job pulls the same model. Raises NotWritable.
    """
    if job.kind != "pull" or job.state_name != "paused" or job.request.get("verify"):
        return
    name = str(job.request["model"])
    others = queue.page(states=UNFINISHED, kind="pull", limit=1000).jobs
    if any(other.request.get("model") == name for other in others):
        return
    with suppress(Busy), shelf.hold(name):
        shelf.remove_unfinished(name)
