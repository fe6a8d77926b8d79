"""Routes of projects, which are films. Every edit is a command, and can be undone."""

import asyncio
from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from artifex.api.bridging import with_bridge
from artifex.api.clips import rate_of
from artifex.api.exchange import export_answer
from artifex.api.films import (
    checked_plan,
    placed,
    render_job,
    shots_to_make,
    take_jobs,
    taken_in,
    viewed_sources,
    with_takes_collected,
)
from artifex.api.forms import read_form
from artifex.api.project_answers import (
    EditAnswer,
    ProjectAnswer,
    ProjectList,
    Quote,
    Rebuilt,
    edit_answer,
    project_answer,
    project_summary,
)
from artifex.api.project_requests import Bridging, Edits, NewProject, Placing, Rebuilding, Rendering, Version
from artifex.api.schemas import JobAnswer, job_answer
from artifex.api.service import Asks, Service, The
from artifex.api.videos.about import about
from artifex.catalog.plan import seconds_in_a_row
from artifex.errors import BadInput, CannotRun
from artifex.jobs.films.desk import Opened
from artifex.jobs.films.remaking import planned_recipe
from artifex.jobs.planner import Planner
from artifex.media.rescale import no_wider
from artifex.media.scopes.drawn import Scope
from artifex.timeline.commands import describe_commands
from artifex.timeline.interchange.formats import FORMATS, FormatName, read_project
from artifex.timeline.project import Project
from artifex.timeline.shots import Shot
from artifex.units import PixelSize

router = APIRouter(prefix="/projects", tags=["projects"])

ProjectId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]

_MOST_FILE = 64 * 2**20
_BINARY = {"type": "string", "format": "binary"}
_FORM = {"schema": {"type": "object", "properties": {"file": _BINARY}, "required": ["file"]}}
_PROJECT_FILE = {"requestBody": {"required": True, "content": {"multipart/form-data": _FORM}}}
_EXPORT: dict[int | str, dict[str, Any]] = {
    200: {"content": {media_type: {} for media_type in sorted({one.media_type for one in FORMATS.values()})}}
}
_PICTURE: dict[int | str, dict[str, Any]] = {200: {"content": {"image/jpeg": {}, "image/png": {}}}}


@router.get("", operation_id="listProjects")
def list_projects(
    the: The,
    asks: Asks,
    cursor: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ProjectList:
    """Your projects (everybody's for administrators), last changed first."""
    page = the.films.desk.projects.page(asks.sees, cursor, limit)
    return ProjectList(items=[project_summary(row) for row in page.projects], next_cursor=page.next_cursor)


@router.post("", status_code=201, operation_id="createProject")
def create_project(body: NewProject, the: The, asks: Asks) -> ProjectAnswer:
    """Create an empty film."""
    asks.require_writer()
    with about("rate"):
        rate = rate_of(body.rate)
    return project_answer(the.films.desk.create(asks.user_id, body.name, Fraction(rate), body.width, body.height))


@router.post("/import", status_code=201, operation_id="importProject", openapi_extra=_PROJECT_FILE)
async def import_project(request: Request, the: The, asks: Asks) -> ProjectAnswer:
    """Create a film from a form with one ``file``: OpenTimelineIO (.otio), or an export of ``exports/json``."""
    asks.require_writer()
    form = await read_form(request, the.config.limits, _MOST_FILE, the.settings.uploads)
    try:
        if set(form.files) != {"file"}:
            raise BadInput("The form has to hold one file called 'file'.")
        content = form.files["file"].file.read()
    finally:
        await form.close()
    return project_answer(await asyncio.to_thread(lambda: taken_in(read_project(content).project, the, asks)))


@router.get("/commands", operation_id="listProjectCommands")
def list_commands() -> list[dict[str, Any]]:
    """All edit commands: each one's name, what it does, and its fields."""
    return describe_commands()


@router.get("/{project_id}", operation_id="getProject")
def get_project(project_id: ProjectId, the: The, asks: Asks) -> ProjectAnswer:
    """A project, with the takes that finished jobs have made for it."""
    return project_answer(with_takes_collected(project_id, the, asks))


@router.delete("/{project_id}", status_code=204, operation_id="deleteProject")
def delete_project(project_id: ProjectId, the: The, asks: Asks) -> None:
    """Delete a project; the files that it uses stay in the library."""
    asks.require_writer()
    the.films.desk.delete(project_id, asks.sees)


@router.post("/{project_id}/edits", operation_id="editProject")
def edit_project(project_id: ProjectId, body: Edits, the: The, asks: Asks) -> EditAnswer:
    """Edit the film. 409 if it is no longer the version that the edit is meant for: load it again."""
    asks.require_writer()
    edited = the.films.desk.edit(project_id, asks.sees, body.commands, body.version, rebase=body.rebase)
    return edit_answer(edited)


@router.post("/{project_id}/undo", operation_id="undoProjectEdit")
def undo(project_id: ProjectId, the: The, asks: Asks, body: Version | None = None) -> EditAnswer:
    """Undo the last edit; all edits can be undone, one by one."""
    asks.require_writer()
    return edit_answer(the.films.desk.undo(project_id, asks.sees, body and body.version))


@router.post("/{project_id}/redo", operation_id="redoProjectEdit")
def redo(project_id: ProjectId, the: The, asks: Asks, body: Version | None = None) -> EditAnswer:
    """Redo the edit that was undone last."""
    asks.require_writer()
    return edit_answer(the.films.desk.redo(project_id, asks.sees, body and body.version))


@router.post("/{project_id}/place", operation_id="placeAsset")
def place(project_id: ProjectId, body: Placing, the: The, asks: Asks) -> EditAnswer:
    """Put a clip, picture or sound of the library on the timeline; a clip's sound comes with it, linked."""
    asks.require_writer()
    row = the.assets.get(body.asset, asks.sees)

    def put(opened: Opened) -> Project:
        return placed(opened.project, row, body, the, asks)

    return edit_answer(the.films.desk.change(project_id, asks.sees, put, body.version))


@router.post("/{project_id}/bridge", operation_id="bridgeClips")
def bridge(project_id: ProjectId, body: Bridging, the: The, asks: Asks) -> EditAnswer:
    """Put a shot into a gap, where it leads from the frame before to the frame after if its model takes a last picture,
    or after a clip, where it continues from the last frame. Its take is still to be made: see ``rebuild``."""
    asks.require_writer()

    def put(opened: Opened) -> Project:
        return with_bridge(opened.project, body, the, asks)

    return edit_answer(the.films.desk.change(project_id, asks.sees, put, body.version))


@router.get("/{project_id}/rebuild", operation_id="estimateRebuild")
def estimate_rebuild(
    project_id: ProjectId, the: The, asks: Asks, shot: Annotated[list[str] | None, Query(max_length=1000)] = None
) -> Quote:
    """Estimate how long the takes would take that ``rebuild`` would queue now; nothing is queued."""
    project = the.films.desk.open(project_id, asks.sees).project
    return Quote(seconds=_seconds(project, shots_to_make(project, shot or [], the, asks), the))


@router.post("/{project_id}/rebuild", status_code=201, operation_id="rebuildShots")
def rebuild(project_id: ProjectId, body: Rebuilding, the: The, asks: Asks) -> Rebuilt:
    """Queue new takes of shots that can be made now. The project gets them as the jobs end, to be accepted."""
    asks.require_writer()
    project = with_takes_collected(project_id, the, asks).project
    shots = shots_to_make(project, body.shots, the, asks)
    jobs = take_jobs(project, shots, the, asks)
    if not jobs:
        return Rebuilt(items=[], seconds=0)
    seconds = _seconds(project, shots, the)
    made = the.queue.submit(jobs, None, the.limits_of(asks).open_jobs)
    return Rebuilt(items=[job_answer(job) for job in made], seconds=seconds)


@router.get("/{project_id}/frames/{frame}", response_class=Response, responses=_PICTURE, operation_id="getFilmFrame")
def get_frame(
    project_id: ProjectId,
    frame: Annotated[int, Path(ge=0, le=10**8)],
    the: The,
    asks: Asks,
    width: Annotated[int, Query(ge=16, le=4096)] = 640,
    scope: Scope | None = None,
) -> Response:
    """One frame as exported, as JPEG; or a scope of it, as PNG."""
    project = the.films.desk.open(project_id, asks.sees).project
    one = checked_plan(project, the, asks, frame, frame + 1)
    size = no_wider(PixelSize(width=project.timeline.width, height=project.timeline.height), width)
    viewer, sources = the.films.viewer, viewed_sources(project, the)
    headers = {"cache-control": "private, no-cache"}
    if scope is not None:
        return Response(viewer.scope(one, size, sources, scope), media_type="image/png", headers=headers)
    return Response(viewer.jpeg(one, size, sources), media_type="image/jpeg", headers=headers)


@router.post("/{project_id}/render", status_code=201, operation_id="renderProject")
def render(project_id: ProjectId, body: Rendering, the: The, asks: Asks) -> JobAnswer:
    """Queue a render of the film as it is now, without later edits. The job's result names the asset."""
    asks.require_writer()
    job = render_job(the.films.desk.open(project_id, asks.sees).project, body, the, asks)
    return job_answer(the.queue.submit([job], None, the.limits_of(asks).open_jobs)[0])


@router.get("/{project_id}/exports/{kind}", response_class=Response, responses=_EXPORT, operation_id="exportProject")
def export(project_id: ProjectId, kind: FormatName, the: The, asks: Asks) -> Response:
    """The film for other programs. The header ``x-artifex-losses`` lists, as JSON, what the format cannot hold."""
    return export_answer(the.films.desk.open(project_id, asks.sees).project, kind)


def _seconds(project: Project, shots: Sequence[Shot], the: Service) -> float | None:
    planner = Planner(the.settings)
    try:
        recipes = [planned_recipe(project, shot, the.settings) for shot in shots]
        return seconds_in_a_row((recipe, planner.outlook(planner.spec(recipe)).plan(recipe)) for recipe in recipes)
    except CannotRun:
        return None
