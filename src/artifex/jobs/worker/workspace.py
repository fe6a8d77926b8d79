"""An unfinished job's checkpoint and recipe, stored where any worker can resume it."""

import json
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from artifex.errors import ArtifexError, CannotRun, LeaseLost, NotFound
from artifex.jobs.job import CHECKPOINT, RECIPE
from artifex.jobs.worker.lease import Lease
from artifex.logs import Outage
from artifex.recipe import parse_recipe

if TYPE_CHECKING:
    from artifex.store.objects import Objects

_log = logging.getLogger(__name__)


def work_prefix(job_id: str) -> str:
    return f"work/{job_id}/"


def preview_key(job_id: str) -> str:
    """The key of a running job's animated preview, which each new preview replaces."""
    return f"previews/{job_id}"


class Workspace:
    """A :class:`artifex.jobs.job.WorkFolder` in the shared storage, for one attempt.

    Each checkpoint has its own key, which is recorded in the job's row, fenced by the lease's token: a worker that lost
    its lease without noticing can neither replace nor remove the checkpoint that the next one resumes from. The recipe
    is in the row itself.
    """

    def __init__(self, objects: "Objects", lease: Lease) -> None:
        self._objects, self._lease = objects, lease
        self._job = lease.claim.job
        self._checkpoint = self._job.checkpoint or ""
        self._recipe = self._job.recipe
        self._count = 0
        self._keeping = Outage(_log, f"The checkpoint of job {self._job.id}")

    def read(self, name: str) -> bytes | None:
        """Raises StorageFailed."""
        if name == RECIPE:
            return None if self._recipe is None else json.dumps(self._recipe).encode()
        if not self._checkpoint:
            return None
        try:
            return self._objects.get(self._checkpoint)
        except NotFound:
            _log.warning("The checkpoint of job %s is gone; it starts again.", self._job.id)
            return None

    def write(self, name: str, data: bytes) -> None:
        """A checkpoint that cannot be stored is skipped: losing it costs at most time. Raises LeaseLost."""
        if name == RECIPE:
            recipe = parse_recipe(data.decode()).to_data()
            self._lease.settle(lambda: self._lease.queue.keep(self._lease.claim, recipe=recipe))
            self._recipe = recipe
            return
        self._count += 1
        # An attempt that stopped as asked is not counted, so its number is used again; its token is not.
        name = f"{self._job.attempt}-{self._lease.claim.token[:8]}-{self._count}-{CHECKPOINT}"
        key = work_prefix(self._job.id) + name
        try:
            self._objects.put(key, data)
            self._lease.tell(lambda: self._lease.queue.keep(self._lease.claim, checkpoint=key))
        except CannotRun as error:
            self._keeping.failed(error.message)
        except LeaseLost:
            self._delete(key)
            raise
        else:
            self._keeping.over()
            before, self._checkpoint = self._checkpoint, key
            self._delete(before)

    def forget(self, name: str) -> None:
        """Forget the checkpoint, so that the job starts from the beginning. Raises LeaseLost."""
        self._lease.settle(lambda: self._lease.queue.keep(self._lease.claim, checkpoint=""))
        before, self._checkpoint = self._checkpoint, ""
        self._delete(before)

    def remove(self) -> None:
        """After success, remove checkpoints and preview; what cannot be removed now is swept later."""
        with suppress(ArtifexError):
            for key in list(self._objects.list(work_prefix(self._job.id))):
                self._objects.delete(key)
            self._objects.delete(preview_key(self._job.id))

    def _delete(self, key: str) -> None:
        if key:
            with suppress(ArtifexError):  # swept later
                self._objects.delete(key)
