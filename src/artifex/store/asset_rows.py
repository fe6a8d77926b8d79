"""Rows of assets in the database."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, select

from artifex.errors import NotFound
from artifex.store.searching import search_text
from artifex.store.tables.assets import assets


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetRow:
    """Times in seconds since 1970."""

    id: str
    owner: str
    sha256: str
    size: int
    kind: str
    media_type: str
    name: str
    facts: dict[str, Any]
    recipe: dict[str, Any] | None
    job_id: str | None
    thumbnail: str | None
    poster: str | None
    created_at: float
    favourite: bool
    trashed_at: float | None
    """None: it is not in the trash."""
    claimed_recipe: dict[str, Any] | None
    """The recipe in an uploaded file, which nothing proves."""


_COLUMNS = tuple(assets.c[field.name] for field in fields(AssetRow))


def select_rows(owner: str | None) -> Select[Any]:
    """A query for :func:`row_of`: the assets of one owner or (None) of everybody."""
    return select(*_COLUMNS).where(*owned_by(owner))


def row_of(row: RowMapping) -> AssetRow:
    return AssetRow(**row)


def owned_by(owner: str | None) -> tuple[ColumnElement[bool], ...]:
    """The WHERE clause for an owner; empty for None, which means anybody."""
    return () if owner is None else (assets.c.owner == owner,)


def find(connection: Connection, asset_id: str, owner: str | None) -> AssetRow:
    """Raises NotFound, also for another owner's asset."""
    return find_all(connection, [asset_id], owner)[0]


def find_all(connection: Connection, ids: Collection[str], owner: str | None) -> list[AssetRow]:
    """In no order. Raises NotFound if one is missing, or another owner's."""
    wanted = set(ids)
    rows = connection.execute(select_rows(owner).where(assets.c.id.in_(wanted))).mappings().all()
    if len(rows) != len(wanted):
        raise NotFound("There is no such file in the library.")
    return [row_of(row) for row in rows]


def derived(row: AssetRow) -> dict[str, Any]:
    """Columns that exist only for searching and filtering."""
    recipe: Mapping[str, Any] = row.recipe or {}
    return {
        "search": search_text(row.name, row.recipe, row.claimed_recipe),
        "model": recipe.get("model", {}).get("name", "")[:100],
        "task": recipe.get("task", ""),
        "proxy_of": row.facts.get("proxy_of"),
    }
