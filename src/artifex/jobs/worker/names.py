"""The names of a supervisor's slots: locked among the processes of this machine, and held in the database."""

import logging
import uuid
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from artifex.errors import CannotRun
from artifex.files import write_atomically
from artifex.jobs.queue import Queue, Slot
from artifex.locks import hold

_MOST_KEPT = 8
"""Ids of earlier starts: of the last, and of those that were refused or killed before they had the names."""

_log = logging.getLogger(__name__)


class Names:
    """Taken by one supervisor of all that share a database.

    Beside each lock is a file with the ids (:attr:`artifex.jobs.queue.Slot.holder`) under which this folder's
    supervisors have held the name. Whoever has the lock knows that those are dead, and need not wait until their hold
    ends. A copy of the folder on another machine knows only ids that were dead before the original's next start.
    """

    def __init__(self, queue: Queue, slots: Sequence[Slot], folder: Path) -> None:
        self._holder = uuid.uuid4().hex
        self.slots = [replace(slot, holder=self._holder) for slot in slots]
        self._queue, self._folder = queue, folder
        self._locks = ExitStack()

    def take(self) -> None:
        """Raises Busy if another supervisor has one of the names, NotWritable, OutOfSpace, DatabaseUnreachable."""
        for slot in self.slots:
            busy = f"Another server or worker keeps the slot {slot.name}; stop it, or choose --slots."
            self._locks.enter_context(hold(self._folder / f"{slot.name}.lock", busy))
        records = [self._folder / f"{slot.name}.holder" for slot in self.slots]
        dead = [_read(record) for record in records]
        for record, holders in zip(records, dead, strict=True):  # at no moment has the database an id unknown here
            _write(record, [self._holder, *holders])
        self._queue.hold(self.slots, [holder for holders in dead for holder in holders])
        for record in records:
            _write(record, [self._holder])

    def keep(self) -> None:
        """To be called at least every ``pace.heartbeat`` seconds. Raises Busy if another supervisor has a name by now,
        DatabaseUnreachable."""
        self._queue.hold(self.slots)

    def let_go(self) -> None:
        """Also after a :meth:`take` that failed."""
        try:
            self._queue.let_go(self._holder)
        except CannotRun as error:
            _log.warning("The names of slots are not given back (%s); they will be free soon.", error.message)
        self._locks.close()


def _read(record: Path) -> list[str]:
    try:
        return record.read_text().split()
    except (OSError, ValueError):
        return []


def _write(record: Path, holders: Sequence[str]) -> None:
    write_atomically(record, "\n".join(holders[:_MOST_KEPT]).encode())
