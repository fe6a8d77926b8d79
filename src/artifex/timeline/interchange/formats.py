"""The formats in which projects are exported, by name, and the import of a project."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, Protocol

from artifex.errors import BadInput
from artifex.timeline.fields import canonical
from artifex.timeline.interchange.edl import write_edl
from artifex.timeline.interchange.exported import Exported, UrlOf, library_url
from artifex.timeline.interchange.fcp7 import write_fcp7
from artifex.timeline.interchange.fcpxml import write_fcpxml
from artifex.timeline.interchange.otio import Imported, read_otio, write_otio
from artifex.timeline.interchange.otio_reading import FindMedia
from artifex.timeline.project import Project, parse_project

FormatName = Literal["otio", "fcpxml", "fcp7", "edl", "json"]


class Write(Protocol):
    def __call__(self, project: Project, url_of: UrlOf = ...) -> Exported:
        """Raises NotAvailable where OpenTimelineIO is not installed, BadInput for a project that the format cannot
        hold."""
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """``suffix`` includes its dot."""

    write: Write
    media_type: str
    suffix: str


def _write_own(project: Project, url_of: UrlOf = library_url) -> Exported:
    return Exported(canonical(project.to_data()), ())


def _write_edl(project: Project, url_of: UrlOf = library_url) -> Exported:
    return write_edl(project, url_of=url_of)


FORMATS: Mapping[FormatName, Format] = MappingProxyType(
    {
        "otio": Format(write_otio, "application/json", ".otio"),
        "fcpxml": Format(write_fcpxml, "application/xml", ".fcpxml"),
        "fcp7": Format(write_fcp7, "application/xml", ".xml"),
        "edl": Format(_write_edl, "text/plain", ".edl"),
        "json": Format(_write_own, "application/json", ".json"),
    }
)

_ONLY_WRITTEN = ("<", "TITLE:")
"""How XML files and edit decision lists begin."""


def read_project(content: bytes, find_media: FindMedia = lambda _url, _name: None) -> Imported:
    """Read an .otio file, or a project's own JSON. ``find_media`` as in :func:`read_otio`.

    Raises BadInput, NotAvailable.
    """
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise BadInput("The file is no text; give an .otio file, or a project's own JSON.") from error
    if '"OTIO_SCHEMA"' in text:
        return read_otio(text, find_media)
    if text.lstrip().startswith(_ONLY_WRITTEN):
        raise BadInput("This format is written and not read; give an .otio file, or a project's own JSON.")
    return Imported(parse_project(text), ())
