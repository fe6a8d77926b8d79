"""Styles: named additions to prompts."""

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from artifex.errors import NotFound, TooMany
from artifex.store.database import Database
from artifex.store.tables.assets import styles

MOST_STYLES = 1000
"""Of one owner."""


@dataclass(frozen=True, slots=True)
class StyleRow:
    """A row of a style; the API defines what ``data`` holds."""

    id: str
    owner: str
    name: str
    data: Mapping[str, Any]
    created_at: float


@dataclass(frozen=True, slots=True)
class Styles:
    """The styles in the database. ``owner=None`` means anybody's."""

    database: Database

    def create(self, owner: str, name: str, data: Mapping[str, Any]) -> StyleRow:
        """Raises TooMany when the owner has :data:`MOST_STYLES` already."""
        row = StyleRow(uuid.uuid4().hex, owner, name, dict(data), time.time())
        with self.database.write() as connection:
            count = select(func.count()).where(styles.c.owner == owner)
            if connection.execute(count).scalar_one() >= MOST_STYLES:
                raise TooMany(f"You have {MOST_STYLES} styles already; delete one first.", retry_after=60)
            connection.execute(
                insert(styles).values(id=row.id, owner=owner, name=name, data=row.data, created_at=row.created_at)
            )
        return row

    def get(self, style_id: str, owner: str | None = None) -> StyleRow:
        """Raises NotFound, also for another owner's style."""
        with self.database.read() as connection:
            return _find(connection, style_id, owner)

    def all(self, owner: str | None = None) -> list[StyleRow]:
        """In order of name."""
        query = select(styles).order_by(styles.c.name, styles.c.id)
        if owner is not None:
            query = query.where(styles.c.owner == owner)
        with self.database.read() as connection:
            return [_row(row) for row in connection.execute(query)]

    def change(
        self, style_id: str, owner: str | None, name: str | None = None, data: Mapping[str, Any] | None = None
    ) -> StyleRow:
        """Set what is given; ``data`` is merged field by field. Raises NotFound."""
        with self.database.write() as connection:
            before = _find(connection, style_id, owner)
            after = {"name": name or before.name, "data": {**before.data, **(data or {})}}
            connection.execute(update(styles).where(styles.c.id == style_id).values(after))
            return _find(connection, style_id, owner)

    def delete(self, style_id: str, owner: str | None = None) -> None:
        """Raises NotFound."""
        with self.database.write() as connection:
            _find(connection, style_id, owner)
            connection.execute(delete(styles).where(styles.c.id == style_id))


def _find(connection: Connection, style_id: str, owner: str | None) -> StyleRow:
    query = select(styles).where(styles.c.id == style_id)
    if owner is not None:
        query = query.where(styles.c.owner == owner)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("There is no such style; it may have been deleted.")
    return _row(row)


def _row(row: Row[Any]) -> StyleRow:
    return StyleRow(row.id, row.owner, row.name, row.data, row.created_at)
