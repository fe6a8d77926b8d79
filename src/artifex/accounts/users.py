"""The users of a studio: their names, roles and passwords."""

import re
import time
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from artifex.accounts.identity import Role
from artifex.accounts.passwords import Passwords
from artifex.errors import BadInput, CannotRun, Conflict, NotFound
from artifex.store.database import Database
from artifex.store.tables.accounts import api_keys, refresh_tokens, tickets, users

_LONGEST = 100
_NAME = re.compile(rf"\w[\w.@+-]{{0,{_LONGEST - 1}}}")
_ID = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class User:
    id: str
    name: str
    role: Role
    disabled: bool
    epoch: int
    """Access tokens carry it, so raising it invalidates all of them."""
    limits: Mapping[str, int]
    created_at: float
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class Users:
    """The users in the database. ``clock`` gives seconds since 1970."""

    database: Database
    passwords: Passwords
    clock: Callable[[], float] = time.time
    on_loss: Callable[[], None] = lambda: None
    """Called after a user was changed or deleted, which may revoke access."""

    def create(self, name: str, password: str, role: Role) -> User:
        """Raises BadInput for an invalid name or password, Conflict for a name that is taken."""
        name, user_id = _checked(name), uuid4().hex
        password_hash = self.passwords.hash(password)
        with self.database.write() as connection:
            if _named(connection, name) is not None:
                raise Conflict(f"There is a user called {name!r} already; choose another name.")
            connection.execute(
                insert(users).values(
                    id=user_id, name=name, role=role, password_hash=password_hash, limits={}, created_at=self.clock()
                )
            )
            return user_in(connection, user_id)

    def get(self, user_id: str) -> User:
        """Raises NotFound."""
        with self.database.read() as connection:
            return user_in(connection, user_id)

    def find(self, name: str) -> User | None:
        """By name, whatever its case; None where there is none, or the name is invalid."""
        with self.database.read() as connection:
            return _named(connection, spelling(name)) if _NAME.fullmatch(spelling(name)) else None

    def all(self) -> list[User]:
        """In order of name."""
        with self.database.read() as connection:
            return [_user(row) for row in connection.execute(select(users).order_by(users.c.name)).mappings()]

    def require_administrator(self) -> None:
        """Raises CannotRun without an active administrator; there is no default account, nor a default password."""
        with self.database.read() as connection:
            if not _active_administrators(connection):
                raise CannotRun(
                    "This studio has no administrator yet; create one with 'artifex users add NAME --role admin'."
                )

    def change(
        self,
        user_id: str,
        *,
        role: Role | None = None,
        disabled: bool | None = None,
        limits: Mapping[str, int] | None = None,
        password: str | None = None,
    ) -> User:
        """None leaves a field as it is. Raises NotFound, BadInput; Conflict for the last administrator.

        A new role or password, or being disabled, invalidates the user's access tokens; the last two end their sessions
        too. Only disabling stops API keys, for they do not depend on the password.
        """
        changes: dict[str, Any] = {"role": role, "disabled": disabled, "limits": limits}
        if password is not None:
            changes["password_hash"] = self.passwords.hash(password)
        changes = {name: value for name, value in changes.items() if value is not None}
        with self.database.write() as connection:
            before = user_in(connection, user_id)
            if changes.keys() & {"role", "disabled", "password_hash"}:
                changes["epoch"] = before.epoch + 1
            if disabled or password is not None:
                _end_sessions(connection, user_id)
            if changes:
                connection.execute(update(users).where(users.c.id == user_id).values(changes))
            after = user_in(connection, user_id)
            _require_one_left(connection, before, after)
        self.on_loss()
        return after

    def delete(self, user_id: str) -> None:
        """Delete a user with their sessions and keys; what they made stays, visible to administrators.

        Raises NotFound; Conflict for the last administrator.
        """
        with self.database.write() as connection:
            before = user_in(connection, user_id)
            _end_sessions(connection, user_id)
            connection.execute(delete(api_keys).where(api_keys.c.user_id == user_id))
            connection.execute(delete(users).where(users.c.id == user_id))
            _require_one_left(connection, before, None)
        self.on_loss()


def spelling(name: str) -> str:
    """The canonical form of a name (NFKC, case-folded), which may still be invalid; empty where it is too long."""
    return unicodedata.normalize("NFKC", name).casefold() if len(name) <= _LONGEST else ""


def _checked(name: str) -> str:
    if not _NAME.fullmatch(spelling(name)):
        raise BadInput(
            f"A user's name is up to {_LONGEST} letters, digits or . _ @ + -, and begins with a letter or digit."
        )
    return spelling(name)


def _require_one_left(connection: Connection, before: User, after: User | None) -> None:
    was = before.role == "admin" and not before.disabled
    stays = after is not None and after.role == "admin" and not after.disabled
    if was and not stays and not _active_administrators(connection):
        raise Conflict("This is the last administrator; make somebody else one first.")


def _active_administrators(connection: Connection) -> int:
    query = select(func.count()).where(users.c.role == "admin", users.c.disabled.is_(False))
    return connection.execute(query).scalar_one()


def _end_sessions(connection: Connection, user_id: str) -> None:
    connection.execute(delete(refresh_tokens).where(refresh_tokens.c.user_id == user_id))
    connection.execute(delete(tickets).where(tickets.c.user_id == user_id))


def user_in(connection: Connection, user_id: str) -> User:
    """The user as this transaction sees them. Raises NotFound."""
    row = None
    if _ID.fullmatch(user_id):
        row = connection.execute(select(users).where(users.c.id == user_id)).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no such user; they may have been deleted.")
    return _user(row)


def _named(connection: Connection, name: str) -> User | None:
    row = connection.execute(select(users).where(users.c.name == name)).mappings().one_or_none()
    return None if row is None else _user(row)


def _user(row: RowMapping) -> User:
    return User(**row)
