"""Queries on the library: pages of assets, and a summary of all."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Connection, case, func, select, tuple_

from artifex.store.asset_rows import AssetRow, owned_by, row_of, select_rows
from artifex.store.cursors import cursor_of, parse_cursor
from artifex.store.searching import has_words
from artifex.store.tables.assets import assets, blob_uses
from artifex.store.tables.library import board_items

Origin = Literal["made", "given"]
"""Made by a job of this studio, or uploaded or imported."""
Order = Literal["newest", "oldest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Filters and order of a list of assets. None, False and an empty search do not filter (but see ``trashed``)."""

    kind: str | None = None
    sha256: str | None = None
    """Hash of the content."""
    search: str = ""
    """Words that all have to occur in the name or the prompts."""
    model: str | None = None
    task: str | None = None
    favourite: bool = False
    board: str | None = None
    trashed: bool = False
    """Files in the trash instead of those outside it."""
    origin: Origin | None = None
    order: Order = "newest"


@dataclass(frozen=True, slots=True)
class AssetPage:
    assets: list[AssetRow]
    next_cursor: str | None
    """Opaque; None on the last page."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Totals of an owner's assets; sizes in bytes. All but the last two leave out the trash."""

    count: int
    bytes: int
    by_kind: dict[str, int]
    favourites: int
    models: list[str]
    """Models that the assets were made with, in order of name."""
    trashed: int
    trashed_bytes: int


def page(connection: Connection, owner: str | None, wanted: Wanted, cursor: str | None, limit: int) -> AssetPage:
    """One page of the matching assets. Raises BadInput for a malformed cursor."""
    place = (assets.c.created_at, assets.c.id)
    newest = wanted.order == "newest"
    query = select_rows(owner).where(*_conditions(wanted))
    query = query.order_by(*(column.desc() if newest else column.asc() for column in place))
    if cursor is not None:
        here, there = tuple_(*place), tuple_(*parse_cursor(cursor))
        query = query.where(here < there if newest else here > there)
    rows = [row_of(row) for row in connection.execute(query.limit(limit + 1)).mappings()]
    kept = rows[:limit]
    return AssetPage(kept, cursor_of(kept[-1].created_at, kept[-1].id) if len(rows) > limit else None)


def summary(connection: Connection, owner: str | None) -> Summary:
    """Totals of an owner's (None: everybody's) assets. It groups in the order of a covering index, owners included, so
    that no row is read or sorted."""
    groups = assets.c.owner, assets.c.kind, assets.c.model, assets.c.favourite
    is_kept, size = assets.c.trashed_at.is_(None), assets.c.size
    files, kept = func.count().label("files"), func.count(case((is_kept, 1))).label("kept")
    taken, kept_bytes = func.sum(size).label("bytes"), func.sum(case((is_kept, size), else_=0)).label("kept_bytes")
    query = select(*groups, files, kept, taken, kept_bytes).where(*owned_by(owner)).group_by(*groups)
    rows = connection.execute(query).all()
    by_kind = Counter[str]()
    for row in rows:
        by_kind[row.kind] += row.kept
    count, size_kept = by_kind.total(), sum(int(row.kept_bytes) for row in rows)
    return Summary(
        count=count,
        bytes=size_kept,
        by_kind={kind: number for kind, number in by_kind.items() if number},
        favourites=sum(int(row.kept) for row in rows if row.favourite),
        models=sorted({row.model for row in rows if row.kept} - {""}),
        trashed=sum(int(row.files) for row in rows) - count,
        trashed_bytes=sum(int(row.bytes) for row in rows) - size_kept,
    )


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    columns = {"kind": assets.c.kind, "model": assets.c.model, "task": assets.c.task}
    values = {name: getattr(wanted, name) for name in columns}
    found = [columns[name] == value for name, value in values.items() if value is not None]
    found.append(assets.c.trashed_at.is_not(None) if wanted.trashed else assets.c.trashed_at.is_(None))
    found += has_words(wanted.search)
    if wanted.sha256 is not None:
        holders = select(blob_uses.c.holder).where(blob_uses.c.sha256 == wanted.sha256)
        found += [assets.c.sha256 == wanted.sha256, assets.c.id.in_(holders)]  # the second has an index
    if wanted.favourite:
        found.append(assets.c.favourite == True)  # noqa: E712
    if wanted.board is not None:
        found.append(assets.c.id.in_(select(board_items.c.asset_id).where(board_items.c.board_id == wanted.board)))
    if wanted.origin is not None:
        found.append(assets.c.job_id.is_not(None) if wanted.origin == "made" else assets.c.job_id.is_(None))
    return found
