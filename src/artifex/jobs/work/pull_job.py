"""The ``pull`` job: downloads or verifies a model for all users of this machine."""

from dataclasses import dataclass
from typing import Any

from artifex.catalog.manifest import require_folder, verify
from artifex.catalog.registry import find_model
from artifex.catalog.shelf import Shelf
from artifex.catalog.spec import ModelSpec
from artifex.errors import Interrupted
from artifex.jobs.work.pull import pull
from artifex.jobs.work.task import Outcome, Task, TaskReport
from artifex.store.hub import HubClient
from artifex.store.retry import Backoff

MEBIBYTE = 2**20
"""The unit of a download's progress."""


@dataclass(slots=True)
class _Transfer:
    """A :class:`artifex.jobs.work.pull.PullReport` that interrupts the pull when its job should stop.

    What was received is kept, and the next attempt resumes from it.
    """

    report: TaskReport
    total: int = 0
    here: int = 0

    def begin(self, total: int, here: int) -> None:
        self.total, self.here = total, here
        self._tell()

    def file(self, path: str) -> None:
        self._tell()

    def received(self, count: int) -> None:
        self.here += count
        self._tell()

    def retrying(self, why: str) -> None:
        self._tell()

    def _tell(self) -> None:
        self.report.amount("download", self.here // MEBIBYTE, -(-self.total // MEBIBYTE))
        if self.report.stopping():
            raise Interrupted("Stopped; what was received is kept.")


def pull_model(task: Task) -> Outcome:
    """Request: ``{"model", "update": bool, "verify": bool}``; ``verify`` reads all files and downloads nothing.

    Raises UnknownName, BadInput, DownloadFailed, OutOfSpace, NotWritable, WeightsDamaged, and Interrupted.
    """
    shelf, request = Shelf(task.settings.models), task.job.request
    spec = find_model(str(request["model"]), shelf.root)
    if request.get("verify"):
        return Outcome(_verified(task, spec))
    backoff = Backoff()
    pulled = pull(spec, shelf, HubClient(backoff), backoff, _Transfer(task.report), bool(request.get("update")))
    return Outcome({"model": pulled.model.name, "began": pulled.began, "fetched": list(pulled.fetched)})


def _verified(task: Task, spec: ModelSpec) -> dict[str, Any]:
    """The missing or damaged files, by path in the model's folder."""
    folder, read = require_folder(spec), 0

    def on_file(_path: str) -> None:
        nonlocal read
        task.report.amount("verify", read, 0)
        if task.report.stopping():
            raise Interrupted("Stopped.")
        read += 1

    faults = verify(spec, on_file)
    return {
        "model": spec.name,
        "faults": [{"path": fault.path.relative_to(folder).as_posix(), "what": fault.what} for fault in faults],
    }
