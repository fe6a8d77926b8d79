"""Routes of the library: upload, import, list, download, organize and delete files."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from starlette.responses import Response

from artifex.api.asset_answers import AssetAnswer, AssetList, Kind, asset_answer, asset_answers
from artifex.api.forms import Form, read_form
from artifex.api.parts import BYTES, send_part
from artifex.api.schemas import JobAnswer, job_answer
from artifex.api.service import Asks, Caller, Service, The
from artifex.api.uploads import importer_of
from artifex.errors import BadInput, BadReference, in_field
from artifex.jobs.importing import one_line
from artifex.jobs.queue import NewJob
from artifex.recipe import Task
from artifex.store.assets import AssetRow
from artifex.store.boards import Boards
from artifex.store.listing import Order, Origin, Wanted

router = APIRouter(prefix="/media", tags=["media"])

AssetId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
Id = Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")]
Action = Literal["favourite", "unfavourite", "trash", "restore", "delete", "add_to_board", "remove_from_board"]
_OF_BOARDS = ("add_to_board", "remove_from_board")

_UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}, "name": {"type": "string"}},
                }
            }
        },
    }
}


class Import(BaseModel):
    """Give exactly one of the fields."""

    model_config = ConfigDict(extra="forbid", strict=True)
    url: Annotated[str, Field(min_length=1, max_length=2048)] | None = None
    path: Annotated[str, Field(min_length=1, max_length=4096, pattern=r"^[^\x00]*$")] | None = None

    @model_validator(mode="after")
    def _names_one(self) -> "Import":
        if (self.url is None) == (self.path is None):
            raise ValueError("give either url or path")
        return self


class MediaQuery(BaseModel):
    """Filters of the list of files."""

    kind: Kind | None = None
    sha256: Annotated[str | None, Field(pattern="^[0-9a-f]{64}$")] = None
    """Hash of the content, as recipes name references."""
    search: Annotated[str, Field(max_length=200)] = ""
    """Words that all occur in the name or the prompts, in any case."""
    model: Annotated[str | None, Field(max_length=100)] = None
    """The model it was made with."""
    task: Task | None = None
    favourite: bool = False
    board: Id | None = None
    trashed: bool = False
    """Files in the trash instead of those outside it."""
    origin: Origin | None = None
    """``made`` by a job of this studio, or ``given``: uploaded or imported."""
    order: Order = "newest"
    cursor: Annotated[str | None, Field(max_length=100)] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50

    def wanted(self) -> Wanted:
        return Wanted(**self.model_dump(exclude={"cursor", "limit"}))


class MediaChanges(BaseModel):
    """Absent fields stay as they are."""

    model_config = ConfigDict(extra="forbid", strict=True)
    favourite: bool | None = None
    name: Annotated[str, StringConstraints(max_length=200)] | None = None


class ManyChanges(BaseModel):
    """One action on many files; ``board`` for actions on a board."""

    model_config = ConfigDict(extra="forbid", strict=True)
    ids: Annotated[list[Id], Field(min_length=1, max_length=500)]
    action: Action
    board: Id | None = None

    @model_validator(mode="after")
    def _names_a_board(self) -> "ManyChanges":
        if (self.board is None) == (self.action in _OF_BOARDS):
            raise ValueError("give a board where something is put on it or taken off, and only there")
        return self


class Changed(BaseModel):
    changed: int
    """How many files were changed."""


class MediaSummary(BaseModel):
    """Totals of the caller's files (everybody's for administrators); all but the last two leave out the trash."""

    count: int
    bytes: int
    by_kind: dict[Kind, int]
    favourites: int
    models: list[str]
    """Models that the files were made with."""
    trashed: int
    trashed_bytes: int


@router.post("", status_code=201, operation_id="uploadMedia", openapi_extra=_UPLOAD)
async def upload_media(request: Request, the: The, asks: Asks) -> AssetAnswer:
    """Upload a picture, video, sound, LoRA or upscaler. Its kind is detected from its content."""
    asks.require_writer()
    importer = importer_of(the, asks)
    form = await read_form(request, the.config.limits, importer.sizes.most, the.settings.uploads)
    try:
        name = _check_form(form)
        file = form.files["file"]
        given = name or file.filename or ""
        return await the.lanes.keep(lambda: asset_answer(importer.take(file.file, asks.user_id, given), the, asks))
    finally:
        await form.close()


@router.post("/import", status_code=201, operation_id="importMedia")
async def import_media(wanted: Import, the: The, asks: Asks) -> AssetAnswer:
    """Import a file from a public URL, or from a folder that the server allows imports from."""
    asks.require_writer()
    return await the.lanes.keep(lambda: asset_answer(_imported(wanted, the, asks), the, asks))


@router.get("", operation_id="listMedia")
def list_media(query: Annotated[MediaQuery, Query()], the: The, asks: Asks) -> AssetList:
    """The caller's files (everybody's for administrators). Paging by cursor is not disturbed by new files."""
    if query.board is not None:
        Boards(the.database).get(query.board, asks.sees)
    page = the.assets.page(asks.sees, query.wanted(), query.cursor, query.limit)
    return AssetList(items=asset_answers(page.assets, the, asks), next_cursor=page.next_cursor)


@router.get("/summary", operation_id="getMediaSummary")
def get_summary(the: The, asks: Asks) -> MediaSummary:
    return MediaSummary.model_validate(asdict(the.assets.summary(asks.sees)))


@router.post("/bulk", operation_id="changeManyMedia")
def change_many(body: ManyChanges, the: The, asks: Asks) -> Changed:
    """Do the same to up to 500 files, or to none if one is missing. Files in the trash are deleted after 30 days;
    ``delete`` deletes at once."""
    asks.require_writer()
    if body.action in ("add_to_board", "remove_from_board"):
        boards = Boards(the.database)
        act = boards.add if body.action == "add_to_board" else boards.remove
        return Changed(changed=act(body.board or "", body.ids, asks.sees))
    return Changed(changed=the.assets.change(body.ids, body.action, asks.sees))


@router.get("/{asset_id}", operation_id="getMedia")
def get_media(asset_id: AssetId, the: The, asks: Asks) -> AssetAnswer:
    return asset_answer(the.assets.get(asset_id, asks.sees), the, asks)


@router.patch("/{asset_id}", operation_id="editMedia")
def edit_media(asset_id: AssetId, body: MediaChanges, the: The, asks: Asks) -> AssetAnswer:
    """Change the given fields."""
    asks.require_writer()
    name = None if body.name is None else one_line(body.name)
    return asset_answer(the.assets.edit(asset_id, asks.sees, name=name, favourite=body.favourite), the, asks)


@router.delete("/{asset_id}", status_code=204, operation_id="deleteMedia")
def delete_media(asset_id: AssetId, the: The, asks: Asks) -> None:
    """Delete a file from the library. Jobs that use it keep the content they need."""
    asks.require_writer()
    the.assets.delete(asset_id, asks.sees)


@router.get("/{asset_id}/file", response_class=Response, responses=BYTES, operation_id="getMediaFile")
@router.head("/{asset_id}/file", response_class=Response, include_in_schema=False)
def get_file(asset_id: AssetId, request: Request, the: The, asks: Asks) -> Response:
    """The original content, whole or one range of it, as a download."""
    return send_part(request, the, the.assets.get(asset_id, asks.sees), "file", asset_id)


@router.get("/{asset_id}/thumbnail", response_class=Response, responses=BYTES, operation_id="getMediaThumbnail")
@router.head("/{asset_id}/thumbnail", response_class=Response, include_in_schema=False)
def get_thumbnail(asset_id: AssetId, request: Request, the: The, asks: Asks) -> Response:
    """A JPEG at most 320 pixels wide."""
    return send_part(request, the, the.assets.get(asset_id, asks.sees), "thumbnail", asset_id)


@router.get("/{asset_id}/poster", response_class=Response, responses=BYTES, operation_id="getMediaPoster")
@router.head("/{asset_id}/poster", response_class=Response, include_in_schema=False)
def get_poster(asset_id: AssetId, request: Request, the: The, asks: Asks) -> Response:
    """A clip's first frame that shows something, as JPEG."""
    return send_part(request, the, the.assets.get(asset_id, asks.sees), "poster", asset_id)


@router.post("/{asset_id}/proxy", status_code=201, operation_id="makeProxy")
def make_proxy(asset_id: AssetId, the: The, asks: Asks) -> JobAnswer:
    """Queue a proxy: a small copy of a video for players and timelines, as an asset of kind ``preview``."""
    asks.require_writer()
    row = the.assets.get(asset_id, asks.sees)
    if row.kind != "video":
        raise BadReference("Only videos have small copies; choose a video.")
    job = NewJob(kind="proxy", request={"asset": row.id}, owner=asks.user_id, holds=(row.sha256,))
    return job_answer(the.queue.submit([job], None, the.limits_of(asks).open_jobs)[0])


def _imported(wanted: Import, the: Service, asks: Caller) -> AssetRow:
    importer = importer_of(the, asks)
    if wanted.url is not None:
        with in_field("url"):
            return importer.take_url(wanted.url, asks.user_id)
    return importer.take_path(wanted.path or "", the.config.import_folders, asks.user_id)


def _check_form(form: Form) -> str:
    """The form's ``name``; empty without one. Raises BadInput for other fields."""
    fields = dict(form.fields)
    if set(form.files) != {"file"} or not fields.keys() <= {"name"}:
        raise BadInput("The form has to hold one file called 'file', and may hold a 'name'; nothing else.")
    return fields.get("name", "")
