"""What is left of pulls that nobody goes on with."""

from contextlib import suppress

from artifex.catalog.shelf import Shelf
from artifex.errors import Busy
from artifex.jobs.queue import JobRow, Queue
from artifex.jobs.state import UNFINISHED


def forget_received(job: JobRow, queue: Queue, shelf: Shelf) -> None:
    """Remove what a paused pull, which was deleted, had received on this machine; an installed model stays as it is.

    Nothing is removed where another job fetches the same model. Raises NotWritable.
    """
    if job.kind != "pull" or job.state_name != "paused" or job.request.get("verify"):
        return
    name = str(job.request["model"])
    others = queue.page(states=UNFINISHED, kind="pull", limit=1000).jobs
    if any(other.request.get("model") == name for other in others):
        return
    with suppress(Busy), shelf.hold(name):
        shelf.remove_unfinished(name)
