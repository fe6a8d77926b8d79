"""Reads and writes OpenTimelineIO files (.otio)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

from artifex.errors import BadInput
from artifex.timeline.build_graph import check_graph
from artifex.timeline.commands import fresh_id
from artifex.timeline.edits.draft import NewId
from artifex.timeline.fields import Fields
from artifex.timeline.interchange.exported import Exported, UrlOf, library_url
from artifex.timeline.interchange.otio_library import KEY, opentimelineio, plain
from artifex.timeline.interchange.otio_reading import Reader, guessed_settings
from artifex.timeline.interchange.otio_writing import FORMAT, Writer
from artifex.timeline.project import Project, parse_project_data
from artifex.timeline.reading import timeline_settings
from artifex.timeline.sources import MediaSource
from artifex.timeline.timeline import Timeline
from artifex.timeline.validate import validate

_LARGEST = 200_000_000


@dataclass(frozen=True, slots=True)
class Imported:
    """``losses``: a sentence for each kind of thing that was not understood."""

    project: Project
    losses: tuple[str, ...]


def write_otio(project: Project, url_of: UrlOf = library_url) -> Exported:
    """Export everything: :func:`read_otio` gives back an equal project. Raises NotAvailable."""
    otio = opentimelineio()
    made = Writer(otio, project, url_of).timeline()
    return Exported(otio.adapters.write_to_string(made, "otio_json"), ())


def read_otio(
    text: str,
    find_media: Callable[[str, str], MediaSource | None] = lambda url, name: None,
    new_id: NewId = fresh_id,
) -> Imported:
    """Read a file that Artifex or another program wrote.

    ``find_media`` gives the media for a URL and a clip's name in a file of another program. Raises BadInput,
    NotAvailable.
    """
    otio = opentimelineio()
    given = _parsed(otio, text)
    data = plain(given.metadata).get(KEY)
    is_ours = isinstance(data, dict)
    project = _own(cast("dict[str, Any]", data)) if is_ours else _foreign(given, new_id)
    reader = Reader(otio, project.timeline.rate, find_media, new_id)
    try:
        timeline = replace(project.timeline, tracks=reader.tracks(given), markers=reader.markers(given))
    except (TypeError, ValueError, AttributeError, LookupError, OverflowError) as error:
        raise BadInput("The file holds something else than a timeline of clips; export it again.") from error
    validate(timeline)
    made = replace(project, timeline=timeline)
    if not is_ours:
        for clip in timeline.clips():
            made = made.with_asset(clip.source) if isinstance(clip.source, MediaSource) else made
    check_graph(made)
    return Imported(made, tuple(reader.losses()))


def _parsed(otio: Any, text: str) -> Any:
    if len(text) > _LARGEST:
        raise BadInput(f"The file is larger than {_LARGEST // 1_000_000} MB; export a part of the timeline.")
    try:
        given = otio.adapters.read_from_string(text, "otio_json")
    except (otio.exceptions.OTIOError, ValueError, TypeError, LookupError, RuntimeError) as error:
        raise BadInput("The file is not OpenTimelineIO, or is damaged; export it again.") from error
    if not isinstance(given, otio.schema.Timeline):
        raise BadInput("The file holds no timeline; export a timeline as OpenTimelineIO.")
    return given


def _own(data: dict[str, Any]) -> Project:
    """The project of our own file, without its tracks and markers."""
    fields = Fields(data, "artifex")
    fields.whole("format", least=1, most=FORMAT)
    settings = timeline_settings(Fields(fields.raw("timeline"), fields.at("timeline")))
    names = ("id", "name", "shots", "assets", "models")
    rest = {name: data[name] for name in names if name in data}
    empty = Timeline(**settings)
    project = parse_project_data(rest | {"timeline": empty.to_data(), "format": data.get("project_format")})
    return replace(project, timeline=empty)


def _foreign(given: Any, new_id: NewId) -> Project:
    return Project(new_id(), str(given.name or ""), guessed_settings(given))
