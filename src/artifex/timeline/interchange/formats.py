"""Every format there is, by its name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from artifex.errors import BadInput
from artifex.timeline.fields import canonical
from artifex.timeline.interchange.edl import write_edl
from artifex.timeline.interchange.exported import Exported
from artifex.timeline.interchange.fcp7 import write_fcp7
from artifex.timeline.interchange.fcpxml import write_fcpxml
from artifex.timeline.interchange.otio import read_otio, write_otio
from artifex.timeline.project import Project, parse_project

FormatName = Literal["otio", "fcpxml", "fcp7", "edl", "json"]


@dataclass(frozen=True, slots=True)
class Format:
    """``write`` raises NotAvailable where it needs OpenTimelineIO, which is not installed."""

    write: Callable[[Project], Exported]
    media_type: str
    suffix: str


def _own(project: Project) -> Exported:
    return Exported(canonical(project.to_data()), ())


FORMATS: dict[FormatName, Format] = {
    "otio": Format(write_otio, "application/json", "otio"),
    "fcpxml": Format(write_fcpxml, "application/xml", "fcpxml"),
    "fcp7": Format(write_fcp7, "application/xml", "xml"),
    "edl": Format(write_edl, "text/plain", "edl"),
    "json": Format(_own, "application/json", "json"),
}


def read_project(content: bytes) -> Project:
    """An .otio file, or a project's own JSON. Raises BadInput, NotAvailable."""
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise BadInput("The file is no text; give an .otio file, or a project's own JSON.") from error
    return read_otio(text).project if '"OTIO_SCHEMA"' in text else parse_project(text)
