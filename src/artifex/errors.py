"""Every error that users can see, as one tree.

    ArtifexError
    ├── BadInput            the request is wrong wherever it runs          exit 2
    │   ├── BadPrompt           the text cannot be used
    │   ├── BadReference        a picture, sound or clip cannot be used
    │   ├── BadRecipe           a clip or file holds no usable recipe
    │   ├── BadWeights          a given model folder or LoRA is invalid or incomplete
    │   ├── UnknownName         no such model, preset, solver, codec, ...
    │   ├── NotFound            no such job, asset, ... or it belongs to another user
    │   ├── Conflict            not possible in the current state
    │   ├── TooLarge            more bytes, fields or items than are accepted at once
    │   ├── RequestReused       an idempotency key came again with another request
    │   └── BadField            one field of a request is wrong; the error names it
    ├── CannotRun           the request is right, this machine cannot      exit 3
    │   ├── OutOfSpace          the disk is full
    │   ├── NotWritable         the output cannot be written there
    │   ├── DoesNotFit          more memory than there is
    │   ├── OutOfMemory         memory ran out while a clip was made
    │   ├── NotInstalled        the model has to be pulled first
    │   ├── WeightsDamaged      model files are missing, truncated or altered
    │   ├── DownloadFailed      a model hub refuses, fails, or sends unexpected data
    │   │   └── Offline             no hub can be reached
    │   ├── CheckpointDamaged   a checkpoint is incomplete or altered
    │   ├── NotAvailable        a device, backend or encoder is not available
    │   ├── TeamBroken          a process of one of several GPUs ended while a clip was made
    │   ├── Busy                another process is already at this job
    │   ├── DatabaseUnreachable the database does not answer
    │   ├── StorageFailed       the shared object storage fails
    │   ├── ServerUnreachable   the studio's server does not answer
    │   └── ServerFailed        the studio's server gives an invalid answer
    ├── Refused             the caller may not do this                     exit 3
    │   ├── NotSignedIn         no valid credentials
    │   ├── NotAllowed          the caller's role does not include it
    │   └── TooMany             more requests than the caller may make in a time
    ├── LeaseLost           a worker's lease on a job ended; its work must be discarded
    └── Interrupted         stopped on request; the checkpoint is kept     exit 130, 143
        └── ExpertElsewhere     the next step needs an expert that another process has

A message says what happened and what to do, in one or two sentences. All packages
raise these; only a process's entry point (the command line, the API, a worker)
turns them into an exit code or a status.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Literal


class ArtifexError(Exception):
    """Root of the tree. ``code`` is stable and machine-readable; the text is for people."""

    code: ClassVar[str] = "error"

    @property
    def message(self) -> str:
        return str(self)

    def __reduce__(self) -> tuple[Any, ...]:
        """For copies and other processes: Python's own calls the constructor with the message alone, but some of these
        take other arguments."""
        return _restored, (type(self), *self.args), vars(self)


def _restored(kind: type[ArtifexError], *arguments: Any) -> ArtifexError:
    return kind.__new__(kind, *arguments)


class BadInput(ArtifexError):
    """The request is wrong; the caller has to change it."""

    code = "bad_input"
    field: str = ""
    """Name of the field at fault, as in the API; empty where there are several, or none."""


class BadPrompt(BadInput):
    code = "bad_prompt"


class BadReference(BadInput):
    code = "bad_reference"


class BadRecipe(BadInput):
    code = "bad_recipe"


class BadWeights(BadInput):
    code = "bad_weights"


class UnknownName(BadInput):
    code = "unknown_name"


class NotFound(BadInput):
    code = "not_found"


class Conflict(BadInput):
    code = "conflict"


class TooLarge(BadInput):
    code = "too_large"


class RequestReused(BadInput):
    code = "request_reused"


class BadField(BadInput):
    """``field`` is the field's name as it was sent."""

    code = "invalid_value"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class CannotRun(ArtifexError):
    """The request is right, but this machine, disk or installation cannot serve it."""

    code = "cannot_run"
    path: Path | None = None
    """The file or folder that cannot be written, where that is the reason."""


class OutOfSpace(CannotRun):
    code = "out_of_space"


class NotWritable(CannotRun):
    code = "not_writable"


class DoesNotFit(CannotRun):
    code = "does_not_fit"


class OutOfMemory(CannotRun):
    code = "out_of_memory"


class WeightsDamaged(CannotRun):
    code = "weights_damaged"


class NotInstalled(CannotRun):
    code = "not_installed"


class DownloadFailed(CannotRun):
    code = "download_failed"


class Offline(DownloadFailed):
    code = "offline"


class CheckpointDamaged(CannotRun):
    code = "checkpoint_damaged"


class NotAvailable(CannotRun):
    code = "not_available"


class TeamBroken(CannotRun):
    code = "device_error"


class Busy(CannotRun):
    code = "busy"


class DatabaseUnreachable(CannotRun):
    code = "database_unreachable"


class StorageFailed(CannotRun):
    code = "storage_failed"


class ServerUnreachable(CannotRun):
    code = "server_unreachable"


class ServerFailed(CannotRun):
    code = "server_failed"


class Refused(ArtifexError):
    """The caller may not do this, or not now."""

    code = "refused"


class NotSignedIn(Refused):
    code = "not_signed_in"


class NotAllowed(Refused):
    code = "not_allowed"


class TooMany(Refused):
    """``retry_after``: seconds after which a retry may succeed."""

    code = "too_many"

    def __init__(self, message: str, retry_after: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class LeaseLost(ArtifexError):
    """A worker's lease on its job has expired or gone to another; its work must be discarded."""

    code = "lease_lost"


class Interrupted(ArtifexError):
    """Stopped on request between two steps, after a checkpoint was written."""

    code = "interrupted"


class ExpertElsewhere(Interrupted):
    """The next step needs an expert that this process did not load; ``expert`` says which."""

    def __init__(self, expert: Literal["high", "low"]) -> None:
        super().__init__(f"The next step is the {expert}-noise expert's, which another slot has.")
        self.expert: Literal["high", "low"] = expert


@contextmanager
def in_field(name: str) -> Iterator[None]:
    """Set ``field`` of any BadInput raised in the block to ``name``, unless it is already set."""
    try:
        yield
    except BadInput as error:
        error.field = error.field or name
        raise
