"""Routes of share links: one file, and the prompt and model it was made with, for whoever has the link."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import Response

from artifex.accounts.shares import Share
from artifex.api.asset_answers import Kind
from artifex.api.parts import BYTES, Part, send_part
from artifex.api.service import Service, The
from artifex.api.share_links import shared_path
from artifex.errors import NotFound
from artifex.store.assets import AssetRow

router = APIRouter(prefix="/shared", tags=["shares"])

_FACTS = ("width", "height", "frame_rate", "frame_count", "seconds", "codec", "sound", "sample_rate", "channels")
"""Facts that are shown; others would name files and jobs of the owner's."""


class SharedUrls(BaseModel):
    """Paths of this server, which open as long as the link does."""

    file: str
    poster: str | None
    thumbnail: str | None


class SharedAnswer(BaseModel):
    """A file that somebody shared; times are seconds since 1970."""

    name: str
    kind: Kind
    facts: dict[str, Any]
    prompt: str | None
    model: str | None
    """Like ``prompt``, null where the file was not made here."""
    created_at: float
    expires_at: float
    urls: SharedUrls


@router.get("/{token}", operation_id="getShared")
def get_shared(token: str, the: The) -> SharedAnswer:
    """The file of a link. No sign-in is needed."""
    share, row = _opened(token, the)
    recipe = row.recipe or {}
    return SharedAnswer(
        name=row.name,
        kind=row.kind,  # pyright: ignore[reportArgumentType] - checked by the model
        facts={name: value for name, value in row.facts.items() if name in _FACTS},
        prompt=recipe.get("prompt"),
        model=recipe.get("model", {}).get("name"),
        created_at=row.created_at,
        expires_at=share.expires_at,
        urls=SharedUrls(
            file=f"{shared_path(token)}/file",
            poster=f"{shared_path(token)}/poster" if row.poster else None,
            thumbnail=f"{shared_path(token)}/thumbnail" if row.thumbnail else None,
        ),
    )


@router.get("/{token}/file", response_class=Response, responses=BYTES, operation_id="getSharedFile")
@router.head("/{token}/file", response_class=Response, include_in_schema=False)
def get_file(token: str, request: Request, the: The) -> Response:
    """The file's content, whole or one range of it."""
    return _sent(token, request, the, "file")


@router.get("/{token}/poster", response_class=Response, responses=BYTES, operation_id="getSharedPoster")
@router.head("/{token}/poster", response_class=Response, include_in_schema=False)
def get_poster(token: str, request: Request, the: The) -> Response:
    """A clip's first frame that shows something, as JPEG."""
    return _sent(token, request, the, "poster")


@router.get("/{token}/thumbnail", response_class=Response, responses=BYTES, operation_id="getSharedThumbnail")
@router.head("/{token}/thumbnail", response_class=Response, include_in_schema=False)
def get_thumbnail(token: str, request: Request, the: The) -> Response:
    """A JPEG at most 320 pixels wide."""
    return _sent(token, request, the, "thumbnail")


def _sent(token: str, request: Request, the: Service, part: Part) -> Response:
    return send_part(request, the, _opened(token, the)[1], part, "shared")


def _opened(token: str, the: Service) -> tuple[Share, AssetRow]:
    """Raises NotFound, whatever is wrong; without accounts there are no shares."""
    if not the.config.accounts:
        raise NotFound("This link opens nothing; it may have expired, or been taken back.")
    return the.accounts.shares.open(token)
