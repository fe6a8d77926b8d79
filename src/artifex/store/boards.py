"""Boards: named collections of an owner's assets. An asset may be on any number of them."""

import time
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from artifex.errors import Conflict, NotFound, TooMany
from artifex.store.asset_rows import find_all
from artifex.store.database import Database
from artifex.store.tables.assets import assets
from artifex.store.tables.library import board_items, boards

MOST_BOARDS = 1000
"""Of one owner."""


@dataclass(frozen=True, slots=True)
class BoardRow:
    """``count`` and ``cover`` leave out what is in the trash."""

    id: str
    owner: str
    name: str
    created_at: float
    count: int = 0
    cover: str | None = None
    """The asset that was added last of those with a thumbnail."""


@dataclass(frozen=True, slots=True)
class Boards:
    """The boards in the database. ``owner=None`` means anybody's."""

    database: Database

    def create(self, owner: str, name: str) -> BoardRow:
        """Raises Conflict for a name the owner has, TooMany when they have :data:`MOST_BOARDS` already."""
        row = BoardRow(uuid.uuid4().hex, owner, name, time.time())
        with self.database.write() as connection:
            count = select(func.count()).where(boards.c.owner == owner)
            if connection.execute(count).scalar_one() >= MOST_BOARDS:
                raise TooMany(f"You have {MOST_BOARDS} boards already; delete one first.", retry_after=60)
            _require_free(connection, owner, name)
            connection.execute(insert(boards).values(id=row.id, owner=owner, name=name, created_at=row.created_at))
        return row

    def all(self, owner: str | None = None) -> list[BoardRow]:
        """In order of name."""
        with self.database.read() as connection:
            return _rows(connection, owner)

    def get(self, board_id: str, owner: str | None = None) -> BoardRow:
        """Raises NotFound, also for another owner's board."""
        with self.database.read() as connection:
            return _find(connection, board_id, owner)

    def rename(self, board_id: str, owner: str | None, name: str) -> BoardRow:
        """Raises NotFound; Conflict for the name of another board of the owner's."""
        with self.database.write() as connection:
            board = _find(connection, board_id, owner)
            if name != board.name:
                _require_free(connection, board.owner, name)
                connection.execute(update(boards).where(boards.c.id == board_id).values(name=name))
            return _find(connection, board_id, owner)

    def delete(self, board_id: str, owner: str | None = None) -> None:
        """Delete a board; its assets stay in the library. Raises NotFound."""
        with self.database.write() as connection:
            _find(connection, board_id, owner)
            connection.execute(delete(board_items).where(board_items.c.board_id == board_id))
            connection.execute(delete(boards).where(boards.c.id == board_id))

    def add(self, board_id: str, ids: Collection[str], owner: str | None = None) -> int:
        """Put assets on a board; returns how many were not on it. Raises NotFound, with nothing done, if one is missing
        or another owner's; Conflict where board and assets have different owners, both visible to an administrator."""
        with self.database.write() as connection:
            board = _find(connection, board_id, owner)
            rows = find_all(connection, ids, owner)
            if any(row.owner != board.owner for row in rows):
                raise Conflict("A board holds files of its own owner only; choose one of theirs.")
            there = select(board_items.c.asset_id).where(board_items.c.board_id == board_id)
            new = {row.id for row in rows} - set(connection.execute(there).scalars())
            if new:
                items = [{"board_id": board_id, "asset_id": each, "added_at": time.time()} for each in sorted(new)]
                connection.execute(insert(board_items), items)
        return len(new)

    def remove(self, board_id: str, ids: Collection[str], owner: str | None = None) -> int:
        """Take assets off a board; returns how many were on it. Raises NotFound as :meth:`add` does."""
        with self.database.write() as connection:
            _find(connection, board_id, owner)
            rows = find_all(connection, ids, owner)
            on_it = board_items.c.board_id == board_id, board_items.c.asset_id.in_(row.id for row in rows)
            return connection.execute(delete(board_items).where(*on_it)).rowcount


def boards_of(connection: Connection, ids: Collection[str]) -> dict[str, list[str]]:
    """The boards that each of these assets is on, the oldest first."""
    query = (
        select(board_items.c.asset_id, boards.c.id)
        .join(boards, boards.c.id == board_items.c.board_id)
        .where(board_items.c.asset_id.in_(ids))
        .order_by(boards.c.created_at, boards.c.id)
    )
    found: dict[str, list[str]] = {}
    for asset_id, board_id in connection.execute(query):
        found.setdefault(asset_id, []).append(board_id)
    return found


def _require_free(connection: Connection, owner: str, name: str) -> None:
    taken = select(boards.c.id).where(boards.c.owner == owner, boards.c.name == name)
    if connection.execute(taken).first() is not None:
        raise Conflict("You have a board of this name already; choose another name.")


def _find(connection: Connection, board_id: str, owner: str | None) -> BoardRow:
    rows = _rows(connection, owner, board_id)
    if not rows:
        raise NotFound("There is no such board; it may have been deleted.")
    return rows[0]


def _rows(connection: Connection, owner: str | None, board_id: str | None = None) -> list[BoardRow]:
    query = select(boards).order_by(boards.c.name, boards.c.id)
    if owner is not None:
        query = query.where(boards.c.owner == owner)
    if board_id is not None:
        query = query.where(boards.c.id == board_id)
    rows = connection.execute(query).all()
    ids = [row.id for row in rows]
    counts, covers = _counts(connection, ids), _covers(connection, ids)
    return [
        BoardRow(row.id, row.owner, row.name, row.created_at, counts.get(row.id, 0), covers.get(row.id)) for row in rows
    ]


def _counts(connection: Connection, ids: list[str]) -> dict[str, int]:
    query = (
        select(board_items.c.board_id, func.count().label("items"))
        .join(assets, assets.c.id == board_items.c.asset_id)
        .where(board_items.c.board_id.in_(ids), assets.c.trashed_at.is_(None))
        .group_by(board_items.c.board_id)
    )
    return {row.board_id: row.items for row in connection.execute(query)}


def _covers(connection: Connection, ids: list[str]) -> dict[str, str]:
    order = func.row_number().over(
        partition_by=board_items.c.board_id, order_by=(board_items.c.added_at.desc(), board_items.c.asset_id)
    )
    ranked = (
        select(board_items.c.board_id, board_items.c.asset_id, order.label("place"))
        .join(assets, assets.c.id == board_items.c.asset_id)
        .where(board_items.c.board_id.in_(ids), assets.c.trashed_at.is_(None), assets.c.thumbnail.is_not(None))
        .subquery()
    )
    query = select(ranked.c.board_id, ranked.c.asset_id).where(ranked.c.place == 1)
    return {row.board_id: row.asset_id for row in connection.execute(query)}
