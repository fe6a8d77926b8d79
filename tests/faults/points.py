"""Fault points at which a process dies or stops on order: between SQL statements, around commits and content writes.

The processes of these tests use the real components, wrapped so that they pass a point before and after each operation.
A test leaves an order in a folder; the process that it names reads it at its next point.
"""

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, event

from artifex.store.blobs import Blobs
from artifex.store.database import Database
from artifex.store.objects import Objects

Point = Literal[
    "statement",
    "before commit",
    "after commit",
    "before put",
    "after put",
    "before delete",
    "after delete",
    "before keep",
    "after keep",
    "before ring",
    "after ring",
]

OF_A_TRANSACTION: tuple[Point, ...] = ("statement", "before commit", "after commit")
OF_CONTENT: tuple[Point, ...] = (
    "before put",
    "after put",
    "before keep",
    "after keep",
    "before delete",
    "after delete",
)
OF_A_RING: tuple[Point, ...] = ("before ring", "after ring")

Fate = Literal["die", "stop"]

DIED = 137
"""The exit code, as if killed by SIGKILL."""


@dataclass(frozen=True, slots=True)
class Orders:
    """Passes orders from tests to processes, through files in ``folder``."""

    folder: Path

    def give(self, process: str, point: Point, count: int = 1, fate: Fate = "die") -> None:
        """Let the process die, or stop until SIGCONT, when it next passes ``point`` for the ``count``-th time.
        Replaces an earlier order."""
        self._leave(process, {"point": point, "count": count, "fate": fate})

    def withdraw(self, process: str) -> None:
        self._leave(process, {"point": "", "count": 0, "fate": "die"})

    def take(self, process: str) -> dict[str, Any] | None:
        """The latest new order for the process, or None."""
        taken = self.folder / f"{process}.taken"
        try:
            os.replace(self.folder / f"{process}.json", taken)
        except FileNotFoundError:
            return None
        return json.loads(taken.read_text())

    def _leave(self, process: str, order: dict[str, Any]) -> None:
        fresh = self.folder / f"{process}.new"
        fresh.write_text(json.dumps(order))
        os.replace(fresh, self.folder / f"{process}.json")


@dataclass(slots=True)
class Points:
    """The fault points of one process."""

    orders: Orders
    process: str
    _wanted: str = ""
    _left: int = 0
    _fate: Fate = "die"
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def reach(self, point: Point) -> None:
        with self._lock:
            order = self.orders.take(self.process)
            if order is not None:
                self._wanted, self._left, self._fate = order["point"], order["count"], order["fate"]
            if point != self._wanted:
                return
            self._left -= 1
            if self._left == 0:
                self._meet_fate()

    def _meet_fate(self) -> None:
        if self._fate == "die":
            os._exit(DIED)
        os.kill(os.getpid(), signal.SIGSTOP)


@dataclass(frozen=True)
class MortalDatabase(Database):
    """A database with fault points around commits."""

    points: Points = field(kw_only=True)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with super().write() as connection:
            yield connection
            self.points.reach("before commit")
        self.points.reach("after commit")


def mortal_database(database: Database, points: Points) -> MortalDatabase:
    @event.listens_for(database.engine, "before_cursor_execute")
    def on_statement(connection: Connection, *_: Any) -> None:
        if connection.get_execution_options().get("artifex_writes"):
            points.reach("statement")

    return MortalDatabase(database.engine, points=points)


@dataclass(frozen=True)
class MortalBlobs(Blobs):
    """A blob store with fault points around writes."""

    points: Points = field(kw_only=True)

    def keep(self, source: Path, sha256: str) -> None:
        self.points.reach("before keep")
        super().keep(source, sha256)
        self.points.reach("after keep")


def mortal_blobs(blobs: Blobs, points: Points) -> MortalBlobs:
    return MortalBlobs(**{one.name: getattr(blobs, one.name) for one in fields(Blobs)}, points=points)


@dataclass(frozen=True, slots=True)
class MortalObjects:
    """An object store with fault points around writes and deletions."""

    objects: Objects
    points: Points

    def put(self, key: str, source: bytes | Path) -> None:
        self.points.reach("before put")
        self.objects.put(key, source)
        self.points.reach("after put")

    def delete(self, key: str) -> None:
        self.points.reach("before delete")
        self.objects.delete(key)
        self.points.reach("after delete")

    def check(self) -> None:
        self.objects.check()

    def get(self, key: str) -> bytes:
        return self.objects.get(key)

    def get_file(self, key: str, to: Path) -> None:
        self.objects.get_file(key, to)

    def size(self, key: str) -> int | None:
        return self.objects.size(key)

    def list(self, prefix: str) -> Iterator[str]:
        return self.objects.list(prefix)

    def sweep(self, older_than: float) -> int:
        return self.objects.sweep(older_than)


def mortal_ring(ring: Callable[[str, str], None], points: Points) -> Callable[[str, str], None]:
    def ring_and_die(slot: str, job: str) -> None:
        points.reach("before ring")
        ring(slot, job)
        points.reach("after ring")

    return ring_and_die
