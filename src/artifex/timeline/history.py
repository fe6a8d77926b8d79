"""Undo and redo without limit: the list of changes, and how many of them are in effect."""

from dataclasses import dataclass

from artifex.errors import Conflict
from artifex.timeline.changes import Change, inverse


@dataclass(frozen=True, slots=True)
class History:
    """``changes`` in order; the first ``cursor`` of them have been made, the others are undone."""

    changes: tuple[Change, ...] = ()
    cursor: int = 0

    def with_change(self, change: Change) -> "History":
        """The history after a new edit; undone changes are dropped and cannot be redone."""
        return History((*self.changes[: self.cursor], change), self.cursor + 1)

    @property
    def can_undo(self) -> bool:
        return self.cursor > 0

    @property
    def can_redo(self) -> bool:
        return self.cursor < len(self.changes)

    def undone(self) -> tuple["History", Change]:
        """The history after an undo, and the change that does it. Raises Conflict when there is nothing to undo."""
        if not self.can_undo:
            raise Conflict("There is nothing to undo.")
        return History(self.changes, self.cursor - 1), inverse(self.changes[self.cursor - 1])

    def redone(self) -> tuple["History", Change]:
        """The history after a redo, and the change that does it. Raises Conflict when there is nothing to redo."""
        if not self.can_redo:
            raise Conflict("There is nothing to redo.")
        return History(self.changes, self.cursor + 1), self.changes[self.cursor]
