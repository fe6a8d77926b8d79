"""What goes into the queue and what comes out of it."""

from dataclasses import dataclass
from typing import Any, Literal

from artifex.catalog.execution import Expert, Experts
from artifex.jobs.state import Kind, State, StateName

MAX_ATTEMPTS = 3
"""That came to nothing, one after the other: each new checkpoint gives a job as many again."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How quickly the parts of a studio hear of one another, in seconds; the same for all that share a database."""

    lease: float = 60.0
    """An attempt that was not prolonged for so long is somebody else's."""
    heartbeat: float = 10.0
    """Between two prolongations, and between two life signs of a slot; after three without any it gets no more work."""
    claim: float = 15.0
    """A slot that has not begun in so long what it was given does not get it."""
    tick: float = 1.0
    """Between two looks at what time brings."""


USUAL_PACE = Pace()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """A job as a door asks for it, all of it checked already."""

    kind: Kind
    request: dict[str, Any]
    """What is to be done, by kind; for ``generate``: ``{"recipe": <Recipe.to_data()>, "seed_was_given": bool, "codec":
    "h264"}``."""
    owner: str
    model: str = ""
    """The name of the model it needs in memory; empty where it needs none."""
    step_count: int = 0
    expert: Expert | None = None
    """The model's first (:attr:`artifex.catalog.spec.ModelSpec.first_expert`)."""
    tier: int = 0
    priority: int = 0
    """-100 to 100, within what its owner has queued."""
    run_at: float | None = None
    window: str | None = None
    """``22:00-06:00``, local time of the server, every day."""
    only_on_ac: bool = False
    wanted_slot: str | None = None
    needs: tuple[str, ...] = ()
    """Ids of jobs that must have succeeded before; if one ends otherwise this one fails."""
    batch: str | None = None
    expires_at: float | None = None
    stop_at_step: int | None = None
    """A draft: stop after so many steps and keep the latents."""
    callback_url: str | None = None
    request_id: str | None = None
    remixed_from: str | None = None
    holds: tuple[str, ...] = ()
    """sha256 of the blobs it needs: they are kept until it is deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """A job as the database has it."""

    number: int
    id: str
    owner: str
    kind: Kind
    request: dict[str, Any]
    model: str
    expert: Expert | None
    """Whose steps are next, where slots with one expert each may share it."""
    state: State
    state_name: StateName
    sequence: int
    """Counts its events; whoever hears of them out of order keeps the highest."""
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
    """Which preview is the last, as ``<attempt>-<step>``; its bytes (an animated WebP) are the object
    ``previews/<job id>``, which each preview replaces."""
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
    """What may be edited while a job waits; None leaves as it is."""

    request: dict[str, Any] | None = None
    model: str | None = None
    step_count: int | None = None
    expert: Expert | Literal[""] | None = None
    """Empty for a model whose clips are not shared."""
    priority: int | None = None
    before: str | None = None
    """Id of the owner's waiting job that this one is to come before (reordering)."""
    run_at: float | None = None
    window: str | None = None
    only_on_ac: bool | None = None
    wanted_slot: str | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """An idempotency key: the same ``key`` in the same ``scope`` (user and route) is the same request."""

    scope: str
    key: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A place where one job runs at a time: ``hostA.gpu0``."""

    name: str
    host: str
    device: str
    kinds: tuple[Kind, ...]
    """What it does; a slot of the processor also takes ``proxy``, ``render``, ``pull``."""
    experts: Experts = "both"
    """With one, it takes clips only while that expert's steps are next."""


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
    """A file that a job made: already stored, verified, and registered in ``blobs``."""

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


@dataclass(frozen=True, slots=True)
class Event:
    """What the outbox holds. ``seq`` counts all events of this database."""

    seq: int
    job_id: str
    owner: str
    kind: Literal["state", "progress", "deleted"]
    data: dict[str, Any]
    """``{"id", "kind", "state", "sequence", "attempt", "stage", "step", "of", "eta", "vram", "preview", ...}``"""
    at: float
