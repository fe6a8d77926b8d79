"""Every edit as a JSON command, ``{"edit": "trim", "clip": "c1", "edge": "tail", "by": -5}``.

So an API, a command line and a script can send edits, and all are checked in one place.

    command          a command, read and described        timeline_edits, project_edits   the edits by name
    kinds            the types of fields
"""

from dataclasses import replace
from typing import Any
from uuid import uuid4

from artifex.timeline.commands.command import Command, Edit, describe, read_command
from artifex.timeline.commands.project_edits import PROJECT_EDITS
from artifex.timeline.commands.timeline_edits import TIMELINE_EDITS
from artifex.timeline.edits.draft import NewId
from artifex.timeline.project import Project
from artifex.timeline.timeline import Timeline

EDITS: dict[str, Edit] = TIMELINE_EDITS | PROJECT_EDITS


def fresh_id() -> str:
    """A new unique id."""
    return uuid4().hex


def parse_command(data: object, new_id: NewId = fresh_id) -> Command:
    """Raises BadInput, naming the field that is missing, unknown or wrong; UnknownName for an unknown edit."""
    return read_command(EDITS, data, new_id)


def perform(project: Project, command: Command, new_id: NewId = fresh_id) -> Project:
    """The project after a command. Raises BadInput when it cannot be done."""
    if EDITS[command.edit].of == "timeline":
        return replace(project, timeline=perform_on_timeline(project.timeline, command, new_id))
    return _run(project, command, new_id)


def perform_on_timeline(timeline: Timeline, command: Command, new_id: NewId = fresh_id) -> Timeline:
    """Perform a command that is about the timeline only, without a project. Raises as :func:`perform`."""
    return _run(timeline, command, new_id)


def describe_commands() -> list[dict[str, Any]]:
    """Every command in order of name, as JSON: edit, of (timeline or project), meaning, fields with JSON Schemas."""
    return describe(EDITS)


def _run(subject: Any, command: Command, new_id: NewId) -> Any:
    edit = EDITS[command.edit]
    return edit.run(subject, **command.values, **({"new_id": new_id} if edit.makes_ids else {}))


__all__ = [
    "EDITS",
    "Command",
    "describe_commands",
    "fresh_id",
    "parse_command",
    "perform",
    "perform_on_timeline",
]
