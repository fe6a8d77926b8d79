"""The library: files taken in, shown, sent and removed."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.responses import Response

from artifex.api.files import send_file
from artifex.api.forms import Form, read_form
from artifex.api.schemas import JobAnswer, job_answer
from artifex.api.service import Asks, Caller, Service, The
from artifex.api.uploads import importer_of
from artifex.errors import BadInput, BadReference, NotFound
from artifex.jobs.queue import NewJob
from artifex.store.assets import AssetRow

router = APIRouter(prefix="/media", tags=["media"])

AssetId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
Kind = Literal["image", "video", "audio", "lora", "preview"]

_SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "video/x-matroska": ".mkv",
    "audio/wav": ".wav",
    "audio/flac": ".flac",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "audio/mp4": ".m4a",
    "audio/x-matroska": ".mka",
    "application/x-safetensors": ".safetensors",
}
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
_BYTES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}},
    206: {"description": "The part that was asked for."},
}


class AssetUrls(BaseModel):
    """Paths of this server. With accounts they are signed for the caller and open without a token, for an hour at the
    most, so that a page can show them; ask for the asset again to get new ones."""

    file: str
    thumbnail: str | None
    poster: str | None


class AssetAnswer(BaseModel):
    """A file of the library; times are seconds since 1970, sizes bytes."""

    id: str
    owner: str
    sha256: str
    size: int
    kind: Kind
    media_type: str
    name: str
    """As whoever gave it called it; for people, never a path."""
    facts: dict[str, Any]
    recipe: dict[str, Any] | None
    """All that determines it, where it was made here."""
    job_id: str | None
    created_at: float
    urls: AssetUrls


class AssetList(BaseModel):
    items: list[AssetAnswer]
    next_cursor: str | None
    """For ``?cursor=``; null on the last page."""


class Import(BaseModel):
    """Exactly one of them."""

    model_config = ConfigDict(extra="forbid", strict=True)
    url: Annotated[str, Field(min_length=1, max_length=2048)] | None = None
    path: Annotated[str, Field(min_length=1, max_length=4096, pattern=r"^[^\x00]*$")] | None = None

    @model_validator(mode="after")
    def _names_one(self) -> "Import":
        if (self.url is None) == (self.path is None):
            raise ValueError("give either url or path")
        return self


@router.post("", status_code=201, operation_id="uploadMedia", openapi_extra=_UPLOAD)
async def upload_media(request: Request, the: The, asks: Asks) -> AssetAnswer:
    """Take a picture, video, sound or LoRA into the library. What it is, is found from its content."""
    asks.require_writer()
    importer = importer_of(the, asks)
    form = await read_form(request, the.config.limits, importer.sizes.most, the.settings.uploads)
    try:
        name = _check_form(form)
        file = form.files["file"]
        row = await asyncio.to_thread(importer.take, file.file, asks.user_id, name or file.filename or "")
    finally:
        await form.close()
    return _asset(row, the, asks)


@router.post("/import", status_code=201, operation_id="importMedia")
def import_media(wanted: Import, the: The, asks: Asks) -> AssetAnswer:
    """Take in a file of the public internet, or of a folder that this server imports from."""
    asks.require_writer()
    importer = importer_of(the, asks)
    if wanted.url is not None:
        return _asset(importer.take_url(wanted.url, asks.user_id), the, asks)
    return _asset(importer.take_path(wanted.path or "", the.config.import_folders, asks.user_id), the, asks)


@router.get("", operation_id="listMedia")
def list_media(
    the: The,
    asks: Asks,
    kind: Kind | None = None,
    cursor: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AssetList:
    """The caller's files (everybody's for administrators), newest first."""
    page = the.assets.page(asks.sees, kind, cursor, limit)
    return AssetList(items=[_asset(row, the, asks) for row in page.assets], next_cursor=page.next_cursor)


@router.get("/{asset_id}", operation_id="getMedia")
def get_media(asset_id: AssetId, the: The, asks: Asks) -> AssetAnswer:
    return _asset(the.assets.get(asset_id, asks.sees), the, asks)


@router.delete("/{asset_id}", status_code=204, operation_id="deleteMedia")
def delete_media(asset_id: AssetId, the: The, asks: Asks) -> None:
    """Remove a file from the library. Clips and jobs that were made from it keep what they need."""
    asks.require_writer()
    the.assets.delete(asset_id, asks.sees)


@router.get("/{asset_id}/file", response_class=Response, responses=_BYTES, operation_id="getMediaFile")
@router.head("/{asset_id}/file", response_class=Response, include_in_schema=False)
def get_file(asset_id: AssetId, request: Request, the: The, asks: Asks) -> Response:
    """The content as it was given, whole or one range of it, to be saved and not shown."""
    row = the.assets.get(asset_id, asks.sees)
    return _sent(request, the, row.sha256, row.media_type, row.id)


@router.get("/{asset_id}/thumbnail", response_class=Response, responses=_BYTES, operation_id="getMediaThumbnail")
@router.head("/{asset_id}/thumbnail", response_class=Response, include_in_schema=False)
def get_thumbnail(asset_id: AssetId, request: Request, the: The, asks: Asks) -> Response:
    """A JPEG at most 320 pixels wide."""
    return _picture(request, the, the.assets.get(asset_id, asks.sees).thumbnail, f"{asset_id}-thumbnail")


@router.get("/{asset_id}/poster", response_class=Response, responses=_BYTES, operation_id="getMediaPoster")
@router.head("/{asset_id}/poster", response_class=Response, include_in_schema=False)
def get_poster(asset_id: AssetId, request: Request, the: The, asks: Asks) -> Response:
    """The first frame of a clip that shows something, as JPEG."""
    return _picture(request, the, the.assets.get(asset_id, asks.sees).poster, f"{asset_id}-poster")


@router.post("/{asset_id}/proxy", status_code=201, operation_id="makeProxy")
def make_proxy(asset_id: AssetId, the: The, asks: Asks) -> JobAnswer:
    """Queue a small copy of a video, for players and timelines; it comes as an asset of kind ``preview``."""
    asks.require_writer()
    row = the.assets.get(asset_id, asks.sees)
    if row.kind != "video":
        raise BadReference("Only videos have small copies; choose a video.")
    job = NewJob(kind="proxy", request={"asset": row.id}, owner=asks.user_id, holds=(row.sha256,))
    return job_answer(the.queue.submit([job], None, the.limits_of(asks).open_jobs)[0])


def _check_form(form: Form) -> str:
    """The name that was given, if any. Raises BadInput."""
    fields = dict(form.fields)
    if set(form.files) != {"file"} or not fields.keys() <= {"name"}:
        raise BadInput("The form has to hold one file called 'file', and may hold a 'name'; nothing else.")
    return fields.get("name", "")


def _asset(row: AssetRow, the: Service, asks: Caller) -> AssetAnswer:
    return AssetAnswer(
        id=row.id,
        owner=row.owner,
        sha256=row.sha256,
        size=row.size,
        kind=row.kind,  # pyright: ignore[reportArgumentType] - checked by the model
        media_type=row.media_type,
        name=row.name,
        facts=row.facts,
        recipe=row.recipe,
        job_id=row.job_id,
        created_at=row.created_at,
        urls=AssetUrls(
            file=_url(row, "file", the, asks),
            thumbnail=_url(row, "thumbnail", the, asks) if row.thumbnail else None,
            poster=_url(row, "poster", the, asks) if row.poster else None,
        ),
    )


def _url(row: AssetRow, part: str, the: Service, asks: Caller) -> str:
    path = f"/api/v1/media/{row.id}/{part}"
    return the.accounts.links.sign(path, asks.user_id) if the.config.accounts else path


def _picture(request: Request, the: The, sha256: str | None, name: str) -> Response:
    if sha256 is None:
        raise NotFound("This file has no such picture.")
    return _sent(request, the, sha256, "image/jpeg", name)


def _sent(request: Request, the: The, sha256: str, media_type: str, stem: str) -> Response:
    suffix = _SUFFIXES.get(media_type, ".bin")
    return send_file(request, the.blobs.find(sha256), sha256, media_type, f"{stem}{suffix}")
