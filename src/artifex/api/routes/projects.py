"""Projects: films as they are cut. Every edit is a command, and can be undone."""

import asyncio
import json
from fractions import Fraction
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt
from starlette.responses import Response

from artifex.api.clips import rate_of
from artifex.api.estimates import estimate
from artifex.api.films import checked_plan, contents, sources_of, take_jobs, with_file, with_takes_collected
from artifex.api.forms import read_form
from artifex.api.job_requests import EstimateRequest
from artifex.api.routes.styles import Name
from artifex.api.schemas import JobAnswer, job_answer
from artifex.api.service import Asks, Caller, Service, The
from artifex.api.videos.about import about
from artifex.errors import BadInput, CannotRun
from artifex.jobs.films.desk import Edited, Opened
from artifex.jobs.films.encodings import encoding
from artifex.jobs.films.viewing import Scope, view_size
from artifex.jobs.queue import NewJob
from artifex.store.projects import ProjectRow
from artifex.timeline.build_graph import stale, unmade
from artifex.timeline.commands import describe_commands
from artifex.timeline.fields import canonical
from artifex.timeline.interchange import Exported, write_edl, write_fcp7, write_fcpxml, write_otio
from artifex.timeline.interchange.otio import read_otio
from artifex.timeline.project import Project, parse_project

router = APIRouter(prefix="/projects", tags=["projects"])

ProjectId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
AssetId = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
Side = Annotated[StrictInt, Field(ge=16, le=8192, multiple_of=2)]
Frame = Annotated[StrictInt, Field(ge=0, le=10**8)]

_MOST_FILE = 64 * 2**20
_PICTURE: dict[int | str, dict[str, Any]] = {200: {"content": {"image/jpeg": {}, "image/png": {}}}}
_LOSSES = "x-artifex-losses"


def _own(project: Project) -> Exported:
    return Exported(canonical(project.to_data()), ())


_EXPORTS: dict[str, tuple[Any, str, str]] = {
    "otio": (write_otio, "application/json", "otio"),
    "fcpxml": (write_fcpxml, "application/xml", "fcpxml"),
    "fcp7": (write_fcp7, "application/xml", "xml"),
    "edl": (write_edl, "text/plain", "edl"),
    "json": (_own, "application/json", "json"),
}


class ProjectSummary(BaseModel):
    """Times in seconds since 1970; ``duration`` in frames, ``rate`` a fraction of frames a second."""

    id: str
    name: str
    rate: str
    width: int
    height: int
    duration: int
    version: int
    created_at: float
    changed_at: float


class ProjectList(BaseModel):
    items: list[ProjectSummary]
    next_cursor: str | None


class Standing(BaseModel):
    """How a project is after its last edit."""

    version: int
    can_undo: bool
    can_redo: bool
    stale: list[str]
    """Shots whose accepted take was not made from what they now are."""
    unmade: list[str]
    """Shots without an accepted take."""


class ProjectAnswer(ProjectSummary, Standing):
    project: dict[str, Any]
    """All of it, as ``GET /projects/{id}/exports/json`` gives it."""


class EditAnswer(Standing):
    change: dict[str, Any]
    """What is another now: steps with the path of an item, before and after, and shifts of many clips."""


class NewProject(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: Name
    rate: Annotated[str, Field(max_length=40)] = "24"
    width: Side = 1280
    height: Side = 720


class Edits(BaseModel):
    """Commands that are done together or not at all; see ``GET /projects/commands``."""

    model_config = ConfigDict(extra="forbid")
    commands: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=1000)]
    version: StrictInt | None = None
    """Of the project that they are meant for; whichever there is where absent."""


class Version(BaseModel):
    model_config = ConfigDict(extra="forbid")
    version: StrictInt | None = None


class Placing(BaseModel):
    """A file of the library onto the timeline."""

    model_config = ConfigDict(extra="forbid")
    asset: AssetId
    at: Frame = 0
    mode: Literal["insert", "overwrite", "append"] = "append"
    track: Annotated[str, Field(max_length=64)] | None = None
    version: StrictInt | None = None


class Rendering(BaseModel):
    """Frames from ``start`` up to ``end``; all where absent."""

    model_config = ConfigDict(extra="forbid")
    start: Frame = 0
    end: Frame | None = None
    width: Side | None = None
    height: Side | None = None
    encoding: Annotated[str, Field(max_length=20)] = "h264"
    preview: StrictBool = False
    """Small and quick, with black where a shot is not made yet."""


class Rebuilding(BaseModel):
    """Shots by their ids; all that are stale or unmade where none is named."""

    model_config = ConfigDict(extra="forbid")
    shots: Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=1000)] = []


class Quote(BaseModel):
    """Seconds on this server's machine; null where they cannot be told."""

    seconds: float | None


class Rebuilt(Quote):
    items: list[JobAnswer]


@router.get("", operation_id="listProjects")
def list_projects(
    the: The,
    asks: Asks,
    cursor: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ProjectList:
    """Your projects (everybody's for administrators), the one that was changed last first."""
    page = the.films.desk.projects.page(asks.sees, cursor, limit)
    return ProjectList(items=[_summary(row) for row in page.projects], next_cursor=page.next_cursor)


@router.post("", status_code=201, operation_id="createProject")
def create_project(body: NewProject, the: The, asks: Asks) -> ProjectAnswer:
    """An empty film."""
    asks.require_writer()
    with about("rate"):
        rate = rate_of(body.rate)
    return _answer(the.films.desk.create(asks.user_id, body.name, Fraction(rate), body.width, body.height))


@router.post("/import", status_code=201, operation_id="importProject")
async def import_project(request: Request, the: The, asks: Asks) -> ProjectAnswer:
    """A film from a form with one ``file``: OpenTimelineIO (.otio), or what ``exports/json`` gave."""
    asks.require_writer()
    form = await read_form(request, the.config.limits, _MOST_FILE, the.settings.uploads)
    try:
        if set(form.files) != {"file"}:
            raise BadInput("The form has to hold one file called 'file'.")
        content = form.files["file"].file.read()
    finally:
        await form.close()
    return _answer(await asyncio.to_thread(lambda: the.films.desk.take_in(asks.user_id, _parsed(content))))


@router.get("/commands", operation_id="listProjectCommands")
def list_commands() -> list[dict[str, Any]]:
    """Every edit there is: its name, what it does, and its fields."""
    return describe_commands()


@router.get("/{project_id}", operation_id="getProject")
def get_project(project_id: ProjectId, the: The, asks: Asks) -> ProjectAnswer:
    """With the takes that were made for it meanwhile."""
    return _answer(with_takes_collected(project_id, the, asks))


@router.delete("/{project_id}", status_code=204, operation_id="deleteProject")
def delete_project(project_id: ProjectId, the: The, asks: Asks) -> None:
    """The files that it shows stay in the library."""
    asks.require_writer()
    the.films.desk.delete(project_id, asks.sees)


@router.post("/{project_id}/edits", operation_id="editProject")
def edit_project(project_id: ProjectId, body: Edits, the: The, asks: Asks) -> EditAnswer:
    """Change the film. 409 where it is not the version that the edit is meant for: load it again then."""
    asks.require_writer()
    return _edited(the.films.desk.edit(project_id, asks.sees, body.commands, body.version))


@router.post("/{project_id}/undo", operation_id="undoProjectEdit")
def undo(project_id: ProjectId, the: The, asks: Asks, body: Version | None = None) -> EditAnswer:
    """Take the last edit back; as often as there are edits."""
    asks.require_writer()
    return _edited(the.films.desk.undo(project_id, asks.sees, body and body.version))


@router.post("/{project_id}/redo", operation_id="redoProjectEdit")
def redo(project_id: ProjectId, the: The, asks: Asks, body: Version | None = None) -> EditAnswer:
    """Do again what was taken back last."""
    asks.require_writer()
    return _edited(the.films.desk.redo(project_id, asks.sees, body and body.version))


@router.post("/{project_id}/place", operation_id="placeAsset")
def place(project_id: ProjectId, body: Placing, the: The, asks: Asks) -> EditAnswer:
    """Put a clip, picture or sound of the library on the timeline; a clip's sound comes with it, linked."""
    asks.require_writer()
    row = the.assets.get(body.asset, asks.sees)

    def put(opened: Opened) -> Project:
        return with_file(opened.project, row, body.mode, body.at, body.track, the, asks)

    return _edited(the.films.desk.change(project_id, asks.sees, put, body.version))


@router.get("/{project_id}/rebuild", operation_id="estimateRebuild")
def estimate_rebuild(
    project_id: ProjectId, the: The, asks: Asks, shot: Annotated[list[str] | None, Query(max_length=1000)] = None
) -> Quote:
    """How long making shots anew would take; nothing is queued. Not told of shots that go on from others."""
    project = the.films.desk.open(project_id, asks.sees).project
    if any(project.shot(one).bridges for one in shot or [each.id for each in project.shots]):
        return Quote(seconds=None)
    return Quote(seconds=_seconds(take_jobs(project, shot or [], the, asks), the, asks))


@router.post("/{project_id}/rebuild", status_code=201, operation_id="rebuildShots")
def rebuild(project_id: ProjectId, body: Rebuilding, the: The, asks: Asks) -> Rebuilt:
    """Queue new takes of shots that can be made now. They come into the project as the jobs end, to be accepted."""
    asks.require_writer()
    opened = with_takes_collected(project_id, the, asks)
    jobs = take_jobs(opened.project, body.shots, the, asks)
    if not jobs:
        return Rebuilt(items=[], seconds=0)
    seconds = _seconds(jobs, the, asks)
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
    """One frame as an export has it, as JPEG; or what a scope shows of it, as PNG."""
    project = the.films.desk.open(project_id, asks.sees).project
    one = checked_plan(project, the, asks, frame, frame + 1)
    size = view_size(project.timeline.width, project.timeline.height, width)
    viewer, sources = the.films.viewer, sources_of(the)
    headers = {"cache-control": "private, no-cache"}
    if scope is not None:
        return Response(viewer.scope(one, size, sources, scope), media_type="image/png", headers=headers)
    return Response(viewer.jpeg(one, size, sources), media_type="image/jpeg", headers=headers)


@router.post("/{project_id}/render", status_code=201, operation_id="renderProject")
def render(project_id: ProjectId, body: Rendering, the: The, asks: Asks) -> JobAnswer:
    """Queue the film as it is now; what is edited later is not in it. The job's result names the asset it becomes."""
    asks.require_writer()
    project = the.films.desk.open(project_id, asks.sees).project
    encoding(body.encoding)
    made = checked_plan(project, the, asks, body.start, body.end)
    if made.missing and not body.preview:
        raise BadInput(f"{len(made.missing)} of the film's shots have no accepted take; accept one for each first.")
    content = the.assets.store(canonical(project.to_data()).encode())
    request = {
        "project": content.sha256,
        "name": project.name,
        "start": made.start,
        "end": made.end,
        "width": body.width or project.timeline.width,
        "height": body.height or project.timeline.height,
        "encoding": body.encoding,
        "preview": body.preview,
    }
    holds = tuple(sorted({content.sha256, *contents(made)}))
    job = NewJob(kind="render", request=request, owner=asks.user_id, holds=holds)
    return job_answer(the.queue.submit([job], None, the.limits_of(asks).open_jobs)[0])


@router.get("/{project_id}/exports/{kind}", response_class=Response, operation_id="exportProject")
def export(
    project_id: ProjectId, kind: Literal["otio", "fcpxml", "fcp7", "edl", "json"], the: The, asks: Asks
) -> Response:
    """The cut for other programs. What the format cannot hold is told in the header ``x-artifex-losses``, as JSON."""
    project = the.films.desk.open(project_id, asks.sees).project
    write, media_type, suffix = _EXPORTS[kind]
    exported: Exported = write(project)
    headers = {
        _LOSSES: json.dumps(exported.losses),
        "content-disposition": f'attachment; filename="{project_id}.{suffix}"',
        "x-content-type-options": "nosniff",
    }
    return Response(exported.text, media_type=media_type, headers=headers)


def _parsed(content: bytes) -> Project:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise BadInput("The file is no text; give an .otio file, or a project's own JSON.") from error
    return read_otio(text).project if '"OTIO_SCHEMA"' in text else parse_project(text)


def _seconds(jobs: list[NewJob], the: Service, asks: Caller) -> float | None:
    try:
        recipes = [json.loads(json.dumps(job.request["recipe"])) for job in jobs]  # as it would have been sent
        wanted = [EstimateRequest(recipe=recipe) for recipe in recipes]
        return sum(estimate(one, the, asks).plan.seconds for one in wanted)
    except CannotRun:
        return None


def _summary(row: ProjectRow) -> ProjectSummary:
    return ProjectSummary(**_row(row))


def _row(row: ProjectRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ProjectSummary.model_fields}


def _standing(opened: Opened) -> dict[str, Any]:
    return {
        "version": opened.row.version,
        "can_undo": opened.history.can_undo,
        "can_redo": opened.history.can_redo,
        "stale": list(stale(opened.project)),
        "unmade": list(unmade(opened.project)),
    }


def _answer(opened: Opened) -> ProjectAnswer:
    return ProjectAnswer(**_row(opened.row) | _standing(opened), project=opened.project.to_data())


def _edited(edited: Edited) -> EditAnswer:
    return EditAnswer(**_standing(edited.opened), change=edited.change.to_data())
