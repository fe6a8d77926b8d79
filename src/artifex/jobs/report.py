"""What a running job tells whoever started it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from artifex.catalog.work import Stage

if TYPE_CHECKING:
    from artifex.catalog.contract import Frames, StepReport

__all__ = ["Report", "Stage"]


class Report(Protocol):
    """Receives progress in the worker's thread; must return quickly."""

    def stage(self, name: Stage) -> None:
        """The job enters a stage."""
        ...

    def step(self, done: "StepReport", preview: "Callable[[], Frames]") -> None:
        """A sampling step is done; ``preview`` makes small RGB frames of it when called."""
        ...

    def frames(self, done: int, of: int) -> None:
        """So many frames are decoded and handed to the encoder."""
        ...

    def gave_way(self, rung: str) -> None:
        """Memory ran out; the job goes on from its last checkpoint, now giving up so much (`catalog.ladder`)."""
        ...

    def stopping(self) -> bool:
        """True when somebody asked the job to stop; looked at between steps and chunks."""
        ...
