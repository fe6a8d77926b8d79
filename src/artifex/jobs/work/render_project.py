"""Renders a project's film, or part of it, to a library file."""

from typing import Any

from artifex.jobs.films.encodings import encoding_named
from artifex.jobs.films.keeping import prune
from artifex.jobs.films.rendering import Target, render_film
from artifex.jobs.films.sources import library_sources
from artifex.jobs.films.titles import film_plan
from artifex.jobs.work.facts import clip_facts
from artifex.jobs.work.task import MadeFile, Outcome, Task
from artifex.media.decode import frames
from artifex.media.thumbnails import Poster
from artifex.timeline.project import parse_project
from artifex.units import PixelSize

_LOOKED_AT = 48
"""The first frames of the film, among which the poster is chosen."""
_TYPES = {".mp4": "video/mp4", ".mov": "video/quicktime", ".mkv": "video/x-matroska", ".webm": "video/webm"}


def render_project(task: Task) -> Outcome:
    """Request: ``{"project", "name", "start", "end", "width", "height", "encoding"}``.

    ``project`` is the sha256 of the project's JSON, so later edits do not affect the film. Segments rendered before on
    this machine are reused. Raises BadInput, BadReference, Interrupted.
    """
    request = task.job.request
    project = parse_project(task.blobs.path(str(request["project"])).read_bytes())
    made = film_plan(project, int(request["start"]), int(request["end"]))
    size = PixelSize(width=int(request["width"]), height=int(request["height"]))
    encoding = encoding_named(str(request["encoding"]))
    kept = task.settings.segments
    output = task.scratch / f"film{encoding.suffix}"
    task.report.stage("decode")
    sources = library_sources(project, task.opener, task.blobs)
    count = render_film(made, Target(size, encoding, kept), sources, output, task.report)
    prune(kept)
    poster = Poster()
    for _, frame in zip(range(_LOOKED_AT), frames(output), strict=False):
        poster.look_at(frame)
    stills = task.scratch / "film-poster.jpg", task.scratch / "film-thumbnail.jpg"
    poster.save(*stills)
    facts: dict[str, Any] = {**clip_facts(output), "project": project.id, "segments": len(made.segments)}
    file = MadeFile(
        output, "video", _TYPES[encoding.suffix], str(request["name"]), facts, thumbnail=stills[1], poster=stills[0]
    )
    return Outcome({"project": project.id, "frames": count}, (file,))
