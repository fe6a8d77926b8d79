"""The journal of a project: every edit as a line that is on the disk before the edit is told to have happened.

A line is ``CHECKSUM NUMBER KIND JSON``: the first 16 digits of the sha256 of the rest, the entry's number, what it is
(``snapshot``, ``change``, ``undo``, ``redo``), and a whole project, a change, or null. Entries are numbered without a
gap, so a line that is missing is noticed as one that is torn.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

from artifex.errors import BadInput
from artifex.files import told
from artifex.timeline.changes import Change, applied, parse_change
from artifex.timeline.fields import canonical, parse_json
from artifex.timeline.history import History
from artifex.timeline.project import Project, parse_project_data

EntryKind = Literal["snapshot", "change", "undo", "redo"]
_KINDS = ("snapshot", "change", "undo", "redo")
_SUM = 16
SNAPSHOT_EVERY = 200
"""Entries after which opening is quicker with a new snapshot."""


@dataclass(frozen=True, slots=True)
class Entry:
    """``data``: a project's JSON for a snapshot, a change's for a change, nothing for undo and redo."""

    kind: EntryKind
    data: Any = None


@dataclass(frozen=True, slots=True)
class Journal:
    """What could be read: whole entries from the start on, and how many bytes they are."""

    entries: tuple[Entry, ...]
    whole_bytes: int


def line_of(number: int, entry: Entry) -> bytes:
    body = f"{number} {entry.kind} {canonical(entry.data)}".encode()
    return _sum(body) + b" " + body + b"\n"


def read_journal(content: bytes) -> Journal:
    """Every whole entry up to the first that is torn or damaged; the rest is ignored."""
    entries: list[Entry] = []
    at = 0
    while (end := content.find(b"\n", at)) >= 0:
        entry = _entry(content[at:end], len(entries))
        if entry is None:
            break
        entries.append(entry)
        at = end + 1
    return Journal(tuple(entries), at)


def restored(entries: Sequence[Entry]) -> tuple[Project, History]:
    """The project as it was after the last entry, with its history. Raises BadInput when there is no snapshot."""
    snapshots = [index for index, entry in enumerate(entries) if entry.kind == "snapshot"]
    if not snapshots:
        raise BadInput("The journal holds no project; nothing can be restored from it.")
    history = History()
    for entry in entries[: snapshots[-1]]:
        history, _ = _after(history, entry)
    project = parse_project_data(entries[snapshots[-1]].data)
    for entry in entries[snapshots[-1] + 1 :]:
        history, change = _after(history, entry)
        project = applied(project, change)
    return project, history


class JournalFile:
    """Appends entries to a file; an entry is on the disk when :meth:`append` returns.

    One process at a time; whoever opens it sees to that. Opening cuts a torn tail off, after a copy beside the file
    where more was lost than one line.
    """

    def __init__(self, path: Path) -> None:
        """Raises OutOfSpace, NotWritable."""
        self.path = path
        try:
            self._file: BinaryIO = path.open("a+b")
            self._file.seek(0)
            content = self._file.read()
            self.journal = read_journal(content)
            self._cut(content)
        except OSError as error:
            raise told(error, path) from error
        self._count = len(self.journal.entries)
        snapshots = [number for number, entry in enumerate(self.journal.entries) if entry.kind == "snapshot"]
        self._last_snapshot = snapshots[-1] if snapshots else -SNAPSHOT_EVERY

    def append(self, entry: Entry) -> None:
        """Raises OutOfSpace, NotWritable; the entry is not in the journal then."""
        end = self._file.seek(0, os.SEEK_END)
        try:
            self._file.write(line_of(self._count, entry))
            self._sync()
        except OSError as error:
            self._take_back(end)
            raise told(error, self.path) from error
        if entry.kind == "snapshot":
            self._last_snapshot = self._count
        self._count += 1

    @property
    def wants_snapshot(self) -> bool:
        """Whether there is none yet, or the last one is long ago."""
        return self._count - self._last_snapshot >= SNAPSHOT_EVERY

    def snapshot(self, project: Project) -> None:
        """From here on, the project can be restored without what came before. Raises OutOfSpace, NotWritable."""
        self.append(Entry("snapshot", project.to_data()))

    def change(self, change: Change) -> None:
        """Raises OutOfSpace, NotWritable."""
        self.append(Entry("change", change.to_data()))

    def close(self) -> None:
        self._file.close()

    def _cut(self, content: bytes) -> None:
        lost = content[self.journal.whole_bytes :]
        if not lost:
            return
        if b"\n" in lost[:-1]:
            self.path.with_name(f"{self.path.name}.damaged").write_bytes(content)
        self._file.truncate(self.journal.whole_bytes)
        self._sync()

    def _take_back(self, end: int) -> None:
        """Half a line would hide those that come after it."""
        try:
            self._file.truncate(end)
        except OSError:
            self._file.close()

    def _sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())


def _entry(line: bytes, number: int) -> Entry | None:
    checksum, _, body = line.partition(b" ")
    if checksum != _sum(body):
        return None
    parts = body.split(b" ", 2)
    if len(parts) != 3 or parts[0] != str(number).encode() or parts[1].decode() not in _KINDS:
        return None
    return Entry(cast("EntryKind", parts[1].decode()), parse_json(parts[2], "The journal"))


def _after(history: History, entry: Entry) -> tuple[History, Change]:
    """The history after an entry, and what the entry changed. A snapshot is what those before it led to."""
    match entry.kind:
        case "snapshot":
            return history, Change()
        case "undo":
            return history.undone()
        case "redo":
            return history.redone()
        case "change":
            change = parse_change(entry.data)
            return history.with_change(change), change


def _sum(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest()[:_SUM].encode()
