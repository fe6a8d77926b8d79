"""Sessions, one for each sign-in. Refresh tokens, each usable once, continue it; tickets let WebSockets in."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import Connection, delete, exists, insert, select, update

from artifex.accounts.opaque import fingerprint, new_secret
from artifex.errors import NotSignedIn
from artifex.store.database import Database
from artifex.store.tables.accounts import refresh_tokens, tickets, users

SESSION_SECONDS = 30 * 24 * 3600
"""The lifetime of a session, however often it is refreshed."""
TICKET_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Session:
    """``id`` is the family of its refresh tokens."""

    id: str
    user_id: str


@dataclass(frozen=True, slots=True)
class Sessions:
    """The sessions in the database. ``clock`` gives seconds since 1970."""

    database: Database
    clock: Callable[[], float]
    on_loss: Callable[[], None] = lambda: None
    """Called after a session was ended."""

    def begin(self, user_id: str, epoch: int) -> tuple[Session, str]:
        """A session and its first refresh token.

        ``epoch`` is the user's when the password was checked. Raises NotSignedIn if it has changed since.
        """
        session = Session(uuid4().hex, user_id)
        now = self.clock()
        with self.database.write() as connection:
            same = exists().where(users.c.id == user_id, users.c.epoch == epoch)
            if not connection.execute(select(same)).scalar_one():
                raise NotSignedIn("The account was changed at this moment; sign in again.")
            connection.execute(delete(refresh_tokens).where(refresh_tokens.c.expires_at < now))
            connection.execute(delete(tickets).where(tickets.c.expires_at < now))
            return session, _add(connection, session, now + SESSION_SECONDS)

    def renew(self, token: str) -> tuple[Session, str]:
        """Use up a refresh token: returns its session and the next token.

        A token that comes twice may have been stolen, and thief and owner cannot be told apart: the session ends.
        Raises NotSignedIn.
        """
        hashed, now = fingerprint(token), self.clock()
        mine = refresh_tokens.c.sha256 == hashed
        with self.database.write() as connection:
            row = connection.execute(
                select(refresh_tokens).where(mine, refresh_tokens.c.expires_at > now)
            ).one_or_none()
            if row is None:
                raise NotSignedIn("The session is over; sign in again.")
            session = Session(row.family, row.user_id)
            if row.used_at is None:
                connection.execute(update(refresh_tokens).where(mine).values(used_at=now))
                return session, _add(connection, session, row.expires_at)
            connection.execute(delete(refresh_tokens).where(refresh_tokens.c.family == session.id))
        self.on_loss()
        raise NotSignedIn("This refresh token was used before, so its session was ended for safety; sign in again.")

    def end(self, session_id: str) -> None:
        with self.database.write() as connection:
            connection.execute(delete(refresh_tokens).where(refresh_tokens.c.family == session_id))
        self.on_loss()

    def goes_on(self, connection: Connection, session_id: str) -> bool:
        alive = (refresh_tokens.c.family == session_id) & (refresh_tokens.c.expires_at > self.clock())
        return bool(connection.execute(select(exists().where(alive))).scalar_one())

    def ticket(self, session: Session) -> str:
        """A ticket for one WebSocket of this session within half a minute."""
        ticket = new_secret()
        values = {"sha256": fingerprint(ticket), "user_id": session.user_id, "session": session.id}
        with self.database.write() as connection:
            connection.execute(insert(tickets).values(**values, expires_at=self.clock() + TICKET_SECONDS))
        return ticket

    def redeem(self, ticket: str) -> Session:
        """Use up a ticket: returns its session. Raises NotSignedIn, also the second time."""
        taken = delete(tickets).where(tickets.c.sha256 == fingerprint(ticket), tickets.c.expires_at > self.clock())
        with self.database.write() as connection:
            row = connection.execute(taken.returning(tickets.c.session, tickets.c.user_id)).one_or_none()
        if row is None:
            raise NotSignedIn("This ticket has expired or was used before; ask for a new one.")
        return Session(row.session, row.user_id)


def _add(connection: Connection, session: Session, expires_at: float) -> str:
    token = new_secret()
    values = {"sha256": fingerprint(token), "family": session.id, "user_id": session.user_id}
    connection.execute(insert(refresh_tokens).values(**values, expires_at=expires_at))
    return token
