"""The states of a durable job, as types: what cannot happen cannot be written down.

    scheduled ──> queued ──> dispatched ──> running ──> finalizing ──> succeeded
        |           |  ^         |            |  |
        |           |  └─────────┴── crash, ──┘  ├──> failed
        v           v       shutdown, resume     ├──> paused   keeps its checkpoint, holds no slot
     expired    cancelled                        ├──> draft    stopped at the step it was to stop at; can be promoted
                                                 └──> cancelled

``scheduled`` waits for a time, a window, mains power or another job. Pausing a job that does not run keeps it from
being queued. ``succeeded``, ``failed``, ``cancelled`` and ``expired`` are ends; ``retry`` makes a new attempt of an end
that is no success.
"""

from dataclasses import dataclass
from typing import Any, Literal, get_args

StateName = Literal[
    "scheduled",
    "queued",
    "dispatched",
    "running",
    "finalizing",
    "paused",
    "draft",
    "succeeded",
    "failed",
    "cancelled",
    "expired",
]

ENDS: frozenset[StateName] = frozenset({"succeeded", "failed", "cancelled", "expired"})
UNFINISHED: tuple[StateName, ...] = tuple(name for name in get_args(StateName) if name not in ENDS)
HELD: frozenset[StateName] = frozenset({"dispatched", "running", "finalizing"})
"""A slot is given to it."""

Kind = Literal["generate", "warm", "proxy", "render", "upscale", "filter", "pull"]
"""``warm`` loads a model, so that the next clip need not."""


@dataclass(frozen=True, slots=True)
class Scheduled:
    run_at: float | None
    """Not before this time, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Queued:
    since: float


@dataclass(frozen=True, slots=True)
class Dispatched:
    slot: str


@dataclass(frozen=True, slots=True)
class Running:
    """``step`` of ``step_count`` are done; ``eta`` in seconds, ``vram`` in bytes."""

    slot: str
    attempt: int
    stage: str
    step: int
    step_count: int
    eta: float | None
    vram: int | None


@dataclass(frozen=True, slots=True)
class Finalizing:
    slot: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Paused:
    step: int


@dataclass(frozen=True, slots=True)
class Draft:
    """Its latents at ``step`` are kept."""

    step: int


@dataclass(frozen=True, slots=True)
class Succeeded:
    result: dict[str, Any]
    finished_at: float


@dataclass(frozen=True, slots=True)
class Failed:
    code: str
    message: str
    finished_at: float


@dataclass(frozen=True, slots=True)
class Cancelled:
    finished_at: float


@dataclass(frozen=True, slots=True)
class Expired:
    finished_at: float


State = (
    Scheduled | Queued | Dispatched | Running | Finalizing | Paused | Draft | Succeeded | Failed | Cancelled | Expired
)
