"""Films to and from other programs."""

import json
from collections.abc import Callable
from typing import Literal

from starlette.responses import Response

from artifex.errors import BadInput
from artifex.timeline.fields import canonical
from artifex.timeline.interchange import Exported, read_otio, write_edl, write_fcp7, write_fcpxml, write_otio
from artifex.timeline.project import Project, parse_project

ExportKind = Literal["otio", "fcpxml", "fcp7", "edl", "json"]


def _own(project: Project) -> Exported:
    return Exported(canonical(project.to_data()), ())


_EXPORTS: dict[ExportKind, tuple[Callable[[Project], Exported], str, str]] = {
    "otio": (write_otio, "application/json", "otio"),
    "fcpxml": (write_fcpxml, "application/xml", "fcpxml"),
    "fcp7": (write_fcp7, "application/xml", "xml"),
    "edl": (write_edl, "text/plain", "edl"),
    "json": (_own, "application/json", "json"),
}


def export_answer(project: Project, kind: ExportKind) -> Response:
    """The file, with what it could not hold in a header. Raises NotAvailable without OpenTimelineIO."""
    write, media_type, suffix = _EXPORTS[kind]
    exported = write(project)
    headers = {
        "x-artifex-losses": json.dumps(exported.losses),
        "content-disposition": f'attachment; filename="{project.id}.{suffix}"',
        "x-content-type-options": "nosniff",
    }
    return Response(exported.text, media_type=media_type, headers=headers)


def read_project(content: bytes) -> Project:
    """An .otio file, or a project's own JSON. Raises BadInput, NotAvailable."""
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise BadInput("The file is no text; give an .otio file, or a project's own JSON.") from error
    return read_otio(text).project if '"OTIO_SCHEMA"' in text else parse_project(text)
