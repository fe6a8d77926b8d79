"""Links that open one file of the library for whoever has them, until they expire or are revoked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import Select, delete, func, insert, or_, select

from artifex.accounts.opaque import fingerprint, new_secret
from artifex.errors import Conflict, NotFound, NotSignedIn
from artifex.store.asset_rows import AssetRow, find, owned_by
from artifex.store.database import Database
from artifex.store.tables.accounts import users
from artifex.store.tables.assets import assets
from artifex.store.tables.library import shares

MOST_SHARES = 100
"""Of one file."""
_DAY_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class Share:
    """Times in seconds since 1970."""

    id: str
    asset_id: str
    created_at: float
    expires_at: float


@dataclass(frozen=True, slots=True)
class Shares:
    """Whoever may see a file manages its shares. ``owner=None``: anybody's files; ``clock`` gives seconds since
    1970."""

    database: Database
    clock: Callable[[], float]

    def create(self, asset_id: str, owner: str | None, user_id: str, days: int) -> tuple[Share, str]:
        """A share in the name of ``user_id``, and its token, which is never shown again.

        Raises NotFound; Conflict for a file in the trash, or with :data:`MOST_SHARES` shares already.
        """
        now, token = self.clock(), new_secret()
        share = Share(uuid4().hex, asset_id, now, now + days * _DAY_SECONDS)
        with self.database.write() as connection:
            if find(connection, asset_id, owner).trashed_at is not None:
                raise Conflict("This file is in the trash; restore it first.")
            count = select(func.count()).where(shares.c.asset_id == asset_id, shares.c.expires_at > now)
            if connection.execute(count).scalar_one() >= MOST_SHARES:
                raise Conflict(f"This file has {MOST_SHARES} links already; revoke one first.")
            connection.execute(
                insert(shares).values(
                    id=share.id,
                    sha256=fingerprint(token),
                    asset_id=asset_id,
                    user_id=user_id,
                    created_at=now,
                    expires_at=share.expires_at,
                )
            )
        return share, token

    def all(self, asset_id: str, owner: str | None = None) -> list[Share]:
        """The shares of a file that have not expired, newest first. Raises NotFound."""
        with self.database.read() as connection:
            find(connection, asset_id, owner)
            query = select(shares).where(shares.c.asset_id == asset_id, shares.c.expires_at > self.clock())
            rows = connection.execute(query.order_by(shares.c.created_at.desc(), shares.c.id))
            return [Share(row.id, row.asset_id, row.created_at, row.expires_at) for row in rows]

    def revoke(self, share_id: str, owner: str | None = None) -> None:
        """The share opens nothing from now on. Raises NotFound, also for a share of another owner's file."""
        theirs = select(assets.c.id).where(*owned_by(owner))
        with self.database.write() as connection:
            gone = connection.execute(delete(shares).where(shares.c.id == share_id, shares.c.asset_id.in_(theirs)))
        if not gone.rowcount:
            raise NotFound("There is no such link; it may have been revoked.")

    def open(self, token: str) -> tuple[Share, AssetRow]:
        """The share and file that a token opens. Raises NotFound, with the same message whatever is wrong: there never
        was one, it expired or was revoked, the file is in the trash or deleted, or its sharer is deleted, disabled or
        may no longer see it."""
        with self.database.read() as connection:
            row = connection.execute(self._opening(token)).one_or_none()
            if row is None:
                raise _nothing()
            return Share(row.id, row.asset_id, row.created_at, row.expires_at), find(connection, row.asset_id, None)

    def prune(self) -> int:
        """Delete the expired shares; returns how many."""
        with self.database.write() as connection:
            return connection.execute(delete(shares).where(shares.c.expires_at <= self.clock())).rowcount

    def _opening(self, token: str) -> Select[Any]:
        try:
            sha256 = fingerprint(token)
        except NotSignedIn as error:
            raise _nothing() from error
        return (
            select(shares)
            .join(assets, assets.c.id == shares.c.asset_id)
            .join(users, users.c.id == shares.c.user_id)
            .where(
                shares.c.sha256 == sha256,
                shares.c.expires_at > self.clock(),
                assets.c.trashed_at.is_(None),
                users.c.disabled.is_(False),
                or_(users.c.role == "admin", users.c.id == assets.c.owner),
            )
        )


def _nothing() -> NotFound:
    return NotFound("This link opens nothing; it may have expired, or been taken back.")
