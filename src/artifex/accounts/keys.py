"""API keys, for programs. Each acts as the user who made it, with that user's current role."""

import hmac
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Row, delete, func, insert, select, update

from artifex.accounts.opaque import fingerprint, new_secret
from artifex.errors import Conflict, NotFound, NotSignedIn, NotWritable, OutOfSpace
from artifex.store.database import Database
from artifex.store.tables.accounts import api_keys

PREFIX = "ax_"
"""Tells keys from access tokens, also for scanners of leaked secrets."""
MOST_KEYS = 50
"""Of one user."""
USE_SECONDS = 60.0
"""Resolution of ``used_at``, so that using a key rarely writes."""

_FORM = re.compile(PREFIX + "([0-9a-f]{16})_([A-Za-z0-9_-]{43})")
_ID = re.compile("[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class ApiKey:
    id: str
    user_id: str
    name: str
    created_at: float
    used_at: float | None


@dataclass(frozen=True, slots=True)
class ApiKeys:
    """The API keys in the database. ``clock`` gives seconds since 1970."""

    database: Database
    clock: Callable[[], float]
    on_loss: Callable[[], None] = lambda: None
    """Called after a key was revoked."""

    def create(self, user_id: str, name: str) -> tuple[ApiKey, str]:
        """A new key and its text, which is never shown again. Raises Conflict when there are too many."""
        key, secret = ApiKey(secrets.token_hex(8), user_id, name, self.clock(), None), new_secret()
        values = {"id": key.id, "user_id": user_id, "name": name, "created_at": key.created_at}
        with self.database.write() as connection:
            count = select(func.count()).where(api_keys.c.user_id == user_id)
            if connection.execute(count).scalar_one() >= MOST_KEYS:
                raise Conflict(f"You have {MOST_KEYS} API keys already; revoke one first.")
            connection.execute(insert(api_keys).values(**values, sha256=fingerprint(secret)))
        return key, f"{PREFIX}{key.id}_{secret}"

    def all(self, owner: str | None = None) -> list[ApiKey]:
        """Oldest first."""
        query = select(api_keys).order_by(api_keys.c.created_at, api_keys.c.id)
        if owner is not None:
            query = query.where(api_keys.c.user_id == owner)
        with self.database.read() as connection:
            return [_key(row) for row in connection.execute(query)]

    def revoke(self, key_id: str, owner: str | None = None) -> None:
        """The key is refused from now on. Raises NotFound, also for another owner's key."""
        query = delete(api_keys).where(api_keys.c.id == key_id)
        if owner is not None:
            query = query.where(api_keys.c.user_id == owner)
        found = 0
        if _ID.fullmatch(key_id):
            with self.database.write() as connection:
                found = connection.execute(query).rowcount
        self.on_loss()
        if not found:
            raise NotFound("There is no such API key; it may have been revoked.")

    def check(self, text: str) -> str:
        """The user a key belongs to. Raises NotSignedIn."""
        parts = _FORM.fullmatch(text)
        if parts is None:
            raise NotSignedIn("This is no API key of this studio; make a new one.")
        with self.database.read() as connection:
            row = connection.execute(select(api_keys).where(api_keys.c.id == parts[1])).one_or_none()
        if row is None or not hmac.compare_digest(row.sha256, fingerprint(parts[2])):
            raise NotSignedIn("This API key is not valid, or was revoked; make a new one.")
        self._note_use(row)
        return row.user_id

    def _note_use(self, row: Row[tuple[object, ...]]) -> None:
        now = self.clock()
        if row.used_at is None or row.used_at < now - USE_SECONDS:
            # Where nothing can be written, what only reads is answered all the same.
            with suppress(OutOfSpace, NotWritable), self.database.write() as connection:
                connection.execute(update(api_keys).where(api_keys.c.id == row.id).values(used_at=now))


def _key(row: Row[tuple[object, ...]]) -> ApiKey:
    return ApiKey(row.id, row.user_id, row.name, row.created_at, row.used_at)
