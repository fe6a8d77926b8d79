"""Films for other programs."""

import json

from starlette.responses import Response

from artifex.timeline.interchange.formats import FORMATS, FormatName
from artifex.timeline.project import Project


def export_answer(project: Project, kind: FormatName) -> Response:
    """The file, with what it could not hold in a header. Raises NotAvailable without OpenTimelineIO."""
    exported = FORMATS[kind].write(project)
    headers = {
        "x-artifex-losses": json.dumps(exported.losses),
        "content-disposition": f'attachment; filename="{project.id}.{FORMATS[kind].suffix}"',
        "x-content-type-options": "nosniff",
    }
    return Response(exported.text, media_type=FORMATS[kind].media_type, headers=headers)
