"""The interface through which a running job reports progress and is asked to stop."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from artifex.catalog.work import Stage

if TYPE_CHECKING:
    from artifex.catalog.contract import Frames, StepReport

__all__ = ["Report", "Stage"]


class Report(Protocol):
    """Called in the thread that does the work; must return quickly."""

    def stage(self, name: Stage) -> None:
        """The job enters a stage."""
        ...

    def step(self, done: "StepReport", preview: "Callable[[], Frames]") -> None:
        """A sampling step is done; ``preview()`` decodes small RGB frames of it."""
        ...

    def frames(self, done: int, of: int) -> None:
        """``done`` of ``of`` frames are decoded and passed to the encoder."""
        ...

    def gave_way(self, rung: str) -> None:
        """Memory ran out; the job resumes from its last checkpoint with this compromise (`catalog.ladder`)."""
        ...

    def stopping(self) -> bool:
        """Whether the job should stop; checked between steps and chunks."""
        ...
