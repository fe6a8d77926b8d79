"""Assets as the API shows them: the same JSON in answers and lists."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel

from artifex.api.service import Caller, Service
from artifex.store.assets import Around, AssetRow

Kind = Literal["image", "video", "audio", "lora", "upscaler", "look", "preview"]


class AssetUrls(BaseModel):
    """Paths of this server. With accounts they are signed for the caller and open without a token for up to an hour, so
    that a page can show them; get the asset again for new ones."""

    file: str
    thumbnail: str | None
    poster: str | None
    proxy: str | None
    """The newest proxy of a video: a small copy for scrubbing."""


class AssetAnswer(BaseModel):
    """A file of the library; times are seconds since 1970, sizes bytes."""

    id: str
    owner: str
    sha256: str
    size: int
    kind: Kind
    media_type: str
    name: str
    """For display only: the name it was uploaded with, never a path."""
    facts: dict[str, Any]
    recipe: dict[str, Any] | None
    """Everything that determines the file, if it was made here."""
    claimed_recipe: dict[str, Any] | None
    """The recipe in an uploaded video; not trustworthy, for anybody can write one into a file."""
    job_id: str | None
    favourite: bool
    boards: list[str]
    """Ids of the boards it is on."""
    created_at: float
    trashed_at: float | None
    """When it was put into the trash, which keeps it for 30 days; null where it is not there."""
    urls: AssetUrls


class AssetList(BaseModel):
    items: list[AssetAnswer]
    next_cursor: str | None
    """For ``?cursor=``; null on the last page."""


def asset_answer(row: AssetRow, the: Service, asks: Caller) -> AssetAnswer:
    return asset_answers([row], the, asks)[0]


def asset_answers(rows: Sequence[AssetRow], the: Service, asks: Caller) -> list[AssetAnswer]:
    """Looks up boards and proxies of all rows at once."""
    around = the.assets.around([row.id for row in rows], asks.sees)
    return [_answer(row, around[row.id], the, asks) for row in rows]


def asset_url(asset_id: str, part: str, the: Service, asks: Caller) -> str:
    """The path of ``part`` (``file``, ``thumbnail`` or ``poster``) of an asset, signed for this caller if need be."""
    path = f"/api/v1/media/{asset_id}/{part}"
    return the.accounts.links.sign(path, asks.user_id) if the.config.accounts else path


def _answer(row: AssetRow, around: Around, the: Service, asks: Caller) -> AssetAnswer:
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
        claimed_recipe=row.claimed_recipe,
        job_id=row.job_id,
        favourite=row.favourite,
        boards=around.boards,
        created_at=row.created_at,
        trashed_at=row.trashed_at,
        urls=AssetUrls(
            file=asset_url(row.id, "file", the, asks),
            thumbnail=asset_url(row.id, "thumbnail", the, asks) if row.thumbnail else None,
            poster=asset_url(row.id, "poster", the, asks) if row.poster else None,
            proxy=asset_url(around.proxy, "file", the, asks) if around.proxy else None,
        ),
    )
