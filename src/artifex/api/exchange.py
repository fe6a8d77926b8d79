"""Exports films for other programs."""

import json

from starlette.responses import Response

from artifex.timeline.interchange.formats import FORMATS, FormatName
from artifex.timeline.project import Project


def export_answer(project: Project, name: FormatName) -> Response:
    """The file, with a header that lists what the format cannot hold. Raises NotAvailable without OpenTimelineIO."""
    wanted = FORMATS[name]
    exported = wanted.write(project)
    headers = {
        "x-artifex-losses": json.dumps(exported.losses),
        "content-disposition": f'attachment; filename="{project.id}{wanted.suffix}"',
        "x-content-type-options": "nosniff",
    }
    return Response(exported.text, media_type=wanted.media_type, headers=headers)
