"""Projects as text and as plain data for the command line."""

import sys
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from artifex.jobs.films.standing import Standing
from artifex.store.projects import ProjectRow
from artifex.timeline.project import Project
from artifex.timeline.shots import Shot
from artifex.units import counted, show_seconds

_NAME = 60


def row_data(row: ProjectRow) -> dict[str, Any]:
    """``duration`` in frames, ``rate`` a fraction, in frames a second, times in seconds since 1970."""
    return {
        "id": row.id,
        "name": row.name,
        "rate": row.rate,
        "width": row.width,
        "height": row.height,
        "duration": row.duration,
        "created_at": row.created_at,
        "changed_at": row.changed_at,
    }


def show_projects(rows: Sequence[ProjectRow]) -> None:
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    if not rows:
        print("There are no projects yet; 'artifex project new NAME' begins one.", file=sys.stderr)
        return
    table = Table(Column("project", no_wrap=True), "name", "length", "rate", "size", box=None, padding=(0, 2, 0, 0))
    for row in rows:
        length = show_seconds(float(row.duration / Fraction(row.rate)))
        table.add_row(row.id, Text(row.name[:_NAME]), length, row.rate, f"{row.width}x{row.height}")
    Console().print(table)


def standing_words(project: Project, found: Standing, others: Sequence[str]) -> Iterator[str]:
    timeline = project.timeline
    clips = sum(1 for _ in timeline.clips())
    yield (
        f"{project.name or project.id}: {counted(timeline.duration, 'frame')} at {timeline.rate} a second, "
        f"{timeline.width}x{timeline.height}, {counted(clips, 'clip')}, {counted(len(project.shots), 'shot')}"
    )
    for file in found.missing:
        yield f"missing or damaged: {file.name} (sha256 {file.sha256[:12]}...), for {counted(len(file.clips), 'clip')}"
    for table in found.tables:
        yield f"missing or damaged: a look's table of colours (sha256 {table[:12]}...)"
    if found.unwritable:
        yield f"missing: {found.unwritable}"
    for shot in found.unmade:
        yield f"to be made: {shot_name(shot)}{'' if shot in found.unmade_shown else ', which no clip shows'}"
    for shot in found.stale:
        yield f"stale: {shot_name(shot)}"
    for reason in others:
        yield f"another model: {reason}"
    if found.is_empty:
        yield "There is nothing to render yet: no clip lies on the timeline."
    elif found.can_render:
        yield "It can be rendered."
    else:
        yield "It cannot be rendered as it is."


def standing_data(project: Project, found: Standing, others: Sequence[str], losses: Sequence[str]) -> dict[str, Any]:
    return {
        "id": project.id,
        "name": project.name,
        "duration": project.timeline.duration,
        "can_render": found.can_render,
        "missing": [{"sha256": file.sha256, "name": file.name, "clips": list(file.clips)} for file in found.missing],
        "missing_tables": list(found.tables),
        "unwritable": found.unwritable,
        "stale": [shot.id for shot in found.stale],
        "unmade": [shot.id for shot in found.unmade],
        "other_models": list(others),
        "losses": list(losses),
    }


def shot_name(shot: Shot) -> str:
    """The shot's name and id for people."""
    return f"{shot.name[:_NAME]} ({shot.id})" if shot.name else shot.id
