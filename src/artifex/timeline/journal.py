"""The journal of a project: its recorded edits, from which project and history are restored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from artifex.errors import BadInput
from artifex.timeline.changes import Change, applied, parse_change
from artifex.timeline.history import History
from artifex.timeline.project import Project, parse_project_data

EntryKind = Literal["snapshot", "change", "undo", "redo"]


@dataclass(frozen=True, slots=True)
class Entry:
    """``data``: a project's JSON for a snapshot, a change's for a change, nothing for undo and redo."""

    kind: EntryKind
    data: Any = None


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


def changes_of(entries: Sequence[Entry]) -> list[Change]:
    """What each entry changed, from the first of the journal on."""
    history = History()
    changes: list[Change] = []
    for entry in entries:
        history, change = _after(history, entry)
        changes.append(change)
    return changes


def _after(history: History, entry: Entry) -> tuple[History, Change]:
    """The history after an entry, and what the entry changed. A snapshot only holds the state so far."""
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
