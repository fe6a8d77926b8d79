"""The states of a durable job, as types that rule out impossible combinations.

    scheduled ──> queued ──> dispatched ──> running ──> finalizing ──> succeeded
        |           |  ^         |            |  |
        |           |  └─────────┴── crash, ──┘  ├──> failed
        v           v       shutdown, resume     ├──> paused   keeps its checkpoint, holds no slot
     expired    cancelled                        ├──> draft    stopped at the step that was asked for; can be promoted
                                                 └──> cancelled

``scheduled`` waits for a time, a window, mains power or another job. Pausing a job that is not running yet takes it out
of the queue. ``succeeded``, ``failed``, ``cancelled`` and ``expired`` are final; only ``retry`` queues a job that did
not succeed again.
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
"""States in which a job occupies a slot."""

Kind = Literal["generate", "warm", "proxy", "render", "upscale", "filter", "pull"]
"""``warm`` loads a model ahead of the next clip."""


@dataclass(frozen=True, slots=True)
class Scheduled:
    run_at: float | None
    """The earliest start, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Queued:
    since: float


@dataclass(frozen=True, slots=True)
class Dispatched:
    slot: str


@dataclass(frozen=True, slots=True)
class Running:
    """``step`` of ``step_count`` steps are done; ``eta`` is in seconds, ``vram`` in bytes."""

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
