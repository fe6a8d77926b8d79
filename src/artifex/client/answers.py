"""A server's answers as immutable data. Unknown fields of a newer server are ignored."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ENDS = frozenset({"succeeded", "failed", "cancelled", "expired"})
"""States in which a job is over."""
RESTS = ENDS | {"draft"}
"""States in which :meth:`Jobs.wait` returns: a draft waits for somebody to promote or discard it."""

Data = Mapping[str, Any]
"""A JSON object."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: ``step`` of ``of`` are done in ``stage``; ``eta`` in seconds, ``vram`` in bytes."""

    stage: str | None = None
    step: int = 0
    of: int = 0
    eta: float | None = None
    vram: int | None = None
    preview: str | None = None
    """Changes with every new preview."""

    @classmethod
    def of_data(cls, data: Data) -> "Progress":
        return cls(
            data.get("stage"),
            data.get("step") or 0,
            data.get("of") or 0,
            data.get("eta"),
            data.get("vram"),
            data.get("preview"),
        )


@dataclass(frozen=True, slots=True)
class JobError:
    """Why a job failed."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as the server answered it. Times in seconds since 1970."""

    id: str
    kind: str
    state: str
    sequence: int
    """Grows with every change: of two answers, the one with the higher number is the newer."""
    model: str
    priority: int
    position: int | None
    """How many jobs are ahead of it, roughly; None where it is not queued, and in lists."""
    progress: Progress
    recipe: Data | None
    result: Data | None
    error: JobError | None
    batch: str | None
    created_at: float
    started_at: float | None
    finished_at: float | None
    data: Data
    """The whole answer."""

    @property
    def is_over(self) -> bool:
        return self.state in ENDS

    @property
    def asset_ids(self) -> tuple[str, ...]:
        """The files it made, the clip first."""
        return tuple((self.result or {}).get("asset_ids", ()))

    @classmethod
    def of_data(cls, data: Data) -> "Job":
        error = data.get("error")
        return cls(
            id=data["id"],
            kind=data["kind"],
            state=data["state"],
            sequence=data["sequence"],
            model=data.get("model", ""),
            priority=data.get("priority", 0),
            position=data.get("position"),
            progress=Progress.of_data(data.get("progress") or {}),
            recipe=data.get("recipe"),
            result=data.get("result"),
            error=JobError(error["code"], error["message"]) if error else None,
            batch=data.get("batch"),
            created_at=data["created_at"],
            started_at=data.get("started_at"),
            finished_at=data.get("finished_at"),
            data=data,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file of the library; ``size`` in bytes."""

    id: str
    sha256: str
    size: int
    kind: str
    media_type: str
    name: str
    facts: Data
    recipe: Data | None
    job_id: str | None
    created_at: float
    favourite: bool
    boards: tuple[str, ...]
    """Ids of the boards it is on."""
    trashed_at: float | None
    """None where it is not in the trash."""
    claimed_recipe: Data | None
    """The recipe that an uploaded clip claims to be made by."""

    data: Data
    """The whole answer."""

    @classmethod
    def of_data(cls, data: Data) -> "Asset":
        return cls(
            id=data["id"],
            sha256=data["sha256"],
            size=data["size"],
            kind=data["kind"],
            media_type=data["media_type"],
            name=data["name"],
            facts=data["facts"],
            recipe=data.get("recipe"),
            job_id=data.get("job_id"),
            created_at=data["created_at"],
            favourite=data.get("favourite", False),
            boards=tuple(data.get("boards", ())),
            trashed_at=data.get("trashed_at"),
            claimed_recipe=data.get("claimed_recipe"),
            data=data,
        )


@dataclass(frozen=True, slots=True)
class Board:
    """A named collection of files; ``count`` leaves out those in the trash."""

    id: str
    name: str
    count: int
    created_at: float

    @classmethod
    def of_data(cls, data: Data) -> "Board":
        return cls(data["id"], data["name"], data["count"], data["created_at"])


@dataclass(frozen=True, slots=True)
class Share:
    """A link to a file. Times in seconds since 1970."""

    id: str
    created_at: float
    expires_at: float
    token: str | None = None
    """Sent only when the link is made, like ``path``, where the server shows the file."""
    path: str | None = None

    @classmethod
    def of_data(cls, data: Data) -> "Share":
        return cls(data["id"], data["created_at"], data["expires_at"], data.get("token"), data.get("path"))


@dataclass(frozen=True, slots=True)
class EnhancedPrompt:
    """What ``enhance`` makes of a prompt; ``warning`` says why it could not be enhanced."""

    prompt: str
    written_prompt: str
    additions: tuple[str, ...] = ()
    style: str | None = None
    warning: str | None = None

    @classmethod
    def of_data(cls, data: Data) -> "EnhancedPrompt":
        return cls(
            data["prompt"],
            data["written_prompt"],
            tuple(data.get("additions") or ()),
            data.get("style"),
            data.get("warning"),
        )


@dataclass(frozen=True, slots=True)
class JobPage:
    items: tuple[Job, ...]
    next_cursor: str | None
    """For the next page; None on the last."""

    @classmethod
    def of_data(cls, data: Data) -> "JobPage":
        return cls(tuple(Job.of_data(item) for item in data["items"]), data.get("next_cursor"))


@dataclass(frozen=True, slots=True)
class AssetPage:
    items: tuple[Asset, ...]
    next_cursor: str | None

    @classmethod
    def of_data(cls, data: Data) -> "AssetPage":
        return cls(tuple(Asset.of_data(item) for item in data["items"]), data.get("next_cursor"))


JOB_EVENTS = frozenset({"snapshot", "state", "progress", "deleted"})


@dataclass(frozen=True, slots=True)
class JobEvent:
    """An event of a job: ``kind`` is one of :data:`JOB_EVENTS`, ``snapshot`` at the beginning."""

    seq: int
    """The number of the event among all of the server; ``follow(after=seq)`` resumes after it."""
    kind: str
    job_id: str
    state: str
    sequence: int
    progress: Progress
    error: JobError | None = None

    @property
    def is_last(self) -> bool:
        return self.kind == "deleted" or self.state in ENDS

    @classmethod
    def of_data(cls, data: Data) -> "JobEvent":
        """Raises KeyError or TypeError for data that is no event of a job."""
        job = data["job"]
        error = job.get("error")
        return cls(
            data["seq"],
            data["type"],
            job["id"],
            job["state"],
            job["sequence"],
            Progress.of_data(job["progress"]),
            JobError(error["code"], error["message"]) if error else None,
        )
