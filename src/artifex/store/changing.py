"""Changes to assets of the library, one or many at once, within the caller's transaction."""

from collections.abc import Collection, Sequence
from typing import Any, Literal

from sqlalchemy import Connection, Update, delete, select, update

from artifex.store.asset_rows import AssetRow, derived, find, find_all
from artifex.store.database import wall_now
from artifex.store.tables.assets import assets, blob_uses, blobs
from artifex.store.tables.library import board_items, shares

Action = Literal["favourite", "unfavourite", "trash", "restore", "delete"]
_AT_ONCE = 500


def edit(
    connection: Connection, asset_id: str, owner: str | None, name: str | None, favourite: bool | None
) -> AssetRow:
    """None leaves a field as it is. Raises NotFound."""
    before = find(connection, asset_id, owner)
    given = {"name": name, "favourite": favourite}
    changes: dict[str, Any] = {field: value for field, value in given.items() if value is not None}
    if changes:
        connection.execute(update(assets).where(assets.c.id == asset_id).values(changes))
    after = find(connection, asset_id, owner)
    if after.name != before.name:
        connection.execute(update(assets).where(assets.c.id == asset_id).values(derived(after)))
    return after


def change(connection: Connection, ids: Collection[str], owner: str | None, action: Action) -> int:
    """Returns how many were changed. Raises NotFound, with nothing done, if one is missing or another owner's."""
    rows = find_all(connection, ids, owner)
    if action == "delete":
        return forget(connection, rows)
    return connection.execute(_update(action).where(assets.c.id.in_(row.id for row in rows))).rowcount


def forget(connection: Connection, rows: Sequence[AssetRow]) -> int:
    """Delete assets, with their board entries and shares. Their content is swept once nothing else uses it, an hour
    later at the earliest, so that running downloads can finish."""
    ids = [row.id for row in rows]
    for column in (assets.c.id, blob_uses.c.holder, board_items.c.asset_id, shares.c.asset_id):
        connection.execute(delete(column.table).where(column.in_(ids)))
    hashes = {sha256 for row in rows for sha256 in (row.sha256, row.thumbnail, row.poster) if sha256 is not None}
    connection.execute(update(blobs).where(blobs.c.sha256.in_(hashes)).values(since=wall_now()))
    return len(ids)


def long_trashed(connection: Connection, seconds: float) -> list[AssetRow]:
    """Up to 500 assets that were put into the trash more than ``seconds`` ago."""
    old = select(assets.c.id).where(assets.c.trashed_at.is_not(None), assets.c.trashed_at < wall_now() - seconds)
    return find_all(connection, connection.execute(old.limit(_AT_ONCE)).scalars().all(), None)


def _update(action: Action) -> Update:
    """The UPDATE for an action, of only those assets that it changes."""
    match action:
        case "favourite" | "unfavourite":
            favourite = action == "favourite"
            return update(assets).where(assets.c.favourite != favourite).values(favourite=favourite)
        case "trash":
            return update(assets).where(assets.c.trashed_at.is_(None)).values(trashed_at=wall_now())
        case _:
            return update(assets).where(assets.c.trashed_at.is_not(None)).values(trashed_at=None)
