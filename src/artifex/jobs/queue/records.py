"""The queue's input and output types."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

from artifex.catalog.execution import Expert, Experts
from artifex.jobs.state import Kind, State, StateName

MAX_ATTEMPTS = 3
"""Failed or crashed attempts in a row until a job fails; each new checkpoint resets the count."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Lease and polling intervals in seconds; the same for all processes that share a database."""

    lease: float = 60.0
    """A lease not prolonged for this long is lost."""
    heartbeat: float = 10.0
    """Between two prolongations, and between two heartbeats of a slot; after missing three it gets no more work."""
    claim: float = 15.0
    """A job dispatched to a slot and not claimed within this time is queued again."""
    tick: float = 1.0
    """Between two calls of :meth:`artifex.jobs.queue.Queue.tick`."""


USUAL_PACE = Pace()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """A job to submit, already validated by the caller."""

    kind: Kind
    request: dict[str, Any]
    """What to do; its form depends on ``kind``. For ``generate``: ``{"recipe": <Recipe.to_data()>, "seed_was_given":
    bool, "codec": "h264"}``."""
    owner: str
    model: str = ""
    """The model it needs in memory; empty if none."""
    step_count: int = 0
    expert: Expert | None = None
    """The expert of its first steps (:attr:`artifex.catalog.spec.ModelSpec.first_expert`)."""
    tier: int = 0
    priority: int = 0
    """-100 to 100; orders the jobs of one owner."""
    run_at: float | None = None
    window: str | None = None
    """``22:00-06:00``, local time of the server, every day."""
    only_on_ac: bool = False
    wanted_slot: str | None = None
    needs: tuple[str, ...] = ()
    """Ids of jobs that must succeed first; if one ends otherwise, this job fails."""
    batch: str | None = None
    expires_at: float | None = None
    stop_at_step: int | None = None
    """For a draft: stop after this many steps and keep the latents."""
    callback_url: str | None = None
    request_id: str | None = None
    remixed_from: str | None = None
    holds: tuple[str, ...] = ()
    """sha256 of the blobs it needs; they are kept until the job is deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """A job as stored in the database."""

    number: int
    id: str
    owner: str
    kind: Kind
    request: dict[str, Any]
    model: str
    expert: Expert | None
    """The expert of the next steps, where slots with one expert each can share the job."""
    state: State
    state_name: StateName
    sequence: int
    """Counts the job's events; a reader that receives them out of order keeps the highest."""
    tier: int
    priority: int
    place: float
    run_at: float | None
    window: str | None
    only_on_ac: bool
    wanted_slot: str | None
    needs: tuple[str, ...]
    batch: str | None
    expires_at: float | None
    stop_at_step: int | None
    attempt: int
    stop_wanted: str | None
    stage: str | None
    step: int
    step_count: int
    preview: str | None
    """The version of the last preview, ``<attempt>-<step>``; its bytes (an animated WebP) are the object
    ``previews/<job id>``, which each new preview replaces."""
    recipe: dict[str, Any] | None
    checkpoint: str | None
    created_at: float
    queued_at: float | None
    started_at: float | None
    finished_at: float | None
    callback_url: str | None
    request_id: str | None
    remixed_from: str | None


@dataclass(frozen=True, slots=True)
class Page:
    jobs: list[JobRow]
    next_cursor: str | None
    """Opaque; None on the last page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Edits to a waiting job. None keeps a field; an empty ``window``, ``wanted_slot`` or ``expert`` clears it."""

    request: dict[str, Any] | None = None
    model: str | None = None
    step_count: int | None = None
    expert: Expert | Literal[""] | None = None
    """Empty for a model whose clips slots do not share."""
    priority: int | None = None
    before: str | None = None
    """Move this job just before the owner's waiting job with this id."""
    run_at: float | None = None
    window: str | None = None
    only_on_ac: bool | None = None
    wanted_slot: str | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """An idempotency key: the same ``key`` in the same ``scope`` (user and route) identifies one request."""

    scope: str
    key: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A device of a host that runs one job at a time; named like ``hostA.gpu0``."""

    name: str
    host: str
    device: str
    kinds: tuple[Kind, ...]
    """The kinds of jobs it accepts; see :func:`artifex.jobs.worker.devices.slots_of`."""
    experts: Experts = "both"
    """A slot with one expert takes a clip only while its next steps need that expert."""
    holder: str = ""
    """The supervisor that holds the name (:meth:`artifex.jobs.queue.Queue.hold`); empty for a slot without one."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One attempt at a job, by the worker that holds its lease."""

    job: JobRow
    token: str


@dataclass(frozen=True, slots=True)
class Progress:
    stage: str
    step: int
    step_count: int
    eta: float | None = None
    vram: int | None = None
    preview: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Produced:
    """A file that a job made, already stored, verified and registered in ``blobs``."""

    sha256: str
    size: int
    kind: str
    media_type: str
    name: str
    facts: dict[str, Any]
    recipe: dict[str, Any] | None = None
    thumbnail: str | None = None
    poster: str | None = None


StopWanted = Literal["cancel", "pause"] | None

EventKind = Literal["state", "progress", "deleted", "project"]


@dataclass(frozen=True, slots=True)
class Event:
    """An entry of the outbox. ``seq`` numbers all events of this database."""

    seq: int
    job_id: str
    """Empty for events of projects."""
    owner: str
    kind: EventKind
    """Or another, if a later version writes to the same database: see :attr:`is_known`."""
    data: dict[str, Any]
    """``{"id", "kind", "state", "sequence", "attempt", "stage", "step", "of", "eta", "vram", "preview", ...}``; of a
    project that was edited, ``{"id", "version"}``."""
    at: float

    @property
    def is_known(self) -> bool:
        """Whether this version knows what the event means; readers pass over others."""
        return self.kind in get_args(EventKind)
