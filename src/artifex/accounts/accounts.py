"""Authentication: finds the user of a password, token, API key or signed link."""

import ipaddress
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from artifex.accounts.identity import Identity
from artifex.accounts.keys import PREFIX, ApiKeys
from artifex.accounts.limits import TokenBuckets
from artifex.accounts.links import Links
from artifex.accounts.passwords import Passwords
from artifex.accounts.recent import Recent
from artifex.accounts.sessions import Session, Sessions
from artifex.accounts.shares import Shares
from artifex.accounts.tokens import ACCESS_SECONDS, AccessTokens, Claims
from artifex.accounts.users import User, Users, spelling, user_in
from artifex.errors import Conflict, NotFound, NotSignedIn, TooMany
from artifex.store.database import Database

_log = logging.getLogger(__name__)

_TOO_OFTEN = "Too many attempts to sign in; wait a little, then try again."


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a sign-in gives: a short-lived access token, and the refresh token that gets the next pair."""

    access_token: str
    refresh_token: str
    expires_in: int = ACCESS_SECONDS
    """Seconds the access token is good for."""


class Accounts:
    """Signs users in and authenticates requests.

    Checks read the database, so that access revoked through this object ends with the next request, and access revoked
    by another process within five seconds (:meth:`recent_caller`).

    ``users``, ``keys`` and ``shares`` are managed directly; ``links`` signs URLs. ``clock`` gives seconds since 1970.
    """

    def __init__(
        self,
        database: Database,
        secret: bytes,
        clock: Callable[[], float] = time.time,
        sign_ins_a_minute: float = 10,
    ) -> None:
        self._database = database
        self._passwords = Passwords()
        self._recent = Recent()
        self.users = Users(database, self._passwords, clock, self._recent.forget)
        self.keys = ApiKeys(database, clock, self._recent.forget)
        self.links = Links(secret, clock)
        self.shares = Shares(database, clock)
        self._sessions = Sessions(database, clock, self._recent.forget)
        self._tokens = AccessTokens(secret, clock)
        self._by_address = TokenBuckets(sign_ins_a_minute, _TOO_OFTEN)
        self._by_name = TokenBuckets(sign_ins_a_minute, _TOO_OFTEN)

    def sign_in(self, name: str, password: str, address: str) -> Tokens:
        """Begin a session. Attempts are limited for each name, and failed ones for each peer ``address``, which a class
        of thirty may share.

        Raises NotSignedIn, with the same message and after the same time whatever was wrong; TooMany; BadInput for a
        password that is too long.
        """
        network = _network(address)
        self._by_address.take(network)
        user = self._with_password(self.users.find(name), name, password)
        self._by_address.give_back(network)
        _log.info("%r signed in", user.name)
        return self._begin(user)

    def refresh(self, refresh_token: str) -> Tokens:
        """The next pair of tokens; each refresh token works once. Raises NotSignedIn."""
        session, following = self._sessions.renew(refresh_token)
        return Tokens(self._access(session), following)

    def sign_out(self, bearer: str) -> None:
        """End the session of an access token, in every tab that shares it. Raises NotSignedIn; Conflict for a key."""
        self._sessions.end(self._session(bearer).id)

    def change_password(self, user_id: str, old: str, new: str) -> Tokens:
        """End all sessions of the user and begin a new one. Raises NotSignedIn, BadInput, TooMany, NotFound."""
        user = self.users.get(user_id)
        user = self._with_password(user, user.name, old)
        return self._begin(self.users.change(user.id, password=new))

    def recent_caller(self, bearer: str) -> Identity | None:
        """The user that :meth:`caller_from` found less than five seconds ago, if nothing was revoked here since.

        Never blocks. None: call :meth:`caller_from`.
        """
        return self._recent.get(bearer)

    def caller_from(self, bearer: str) -> Identity:
        """The user of an access token or API key, as stored now. Raises NotSignedIn."""
        asked = self._recent.now()
        who = self._caller_from(bearer)
        self._recent.note(bearer, asked, who)
        return who

    def caller_from_link(self, path: str, query: str) -> Identity:
        """The user that a signed link was issued to, as stored now. Raises NotSignedIn."""
        user_id = self.links.reader(path, query)
        with self._database.read() as connection:
            return _identity(_active(connection, user_id))

    def still_valid(self, bearer: str) -> bool:
        """Whether a bearer is still accepted; asked again and again while a socket is open."""
        try:
            self.caller_from(bearer)
        except NotSignedIn:
            return False
        return True

    def ticket(self, bearer: str) -> str:
        """A ticket for one WebSocket within half a minute. Raises NotSignedIn; Conflict for a key, which needs none."""
        return self._sessions.ticket(self._session(bearer))

    def redeem(self, ticket: str) -> str:
        """A new access token for the session of a ticket. Raises NotSignedIn."""
        return self._access(self._sessions.redeem(ticket))

    def _caller_from(self, bearer: str) -> Identity:
        if bearer.startswith(PREFIX):
            user_id = self.keys.check(bearer)
            with self._database.read() as connection:
                return _identity(_active(connection, user_id))
        claims = self._tokens.read(bearer)
        with self._database.read() as connection:
            user = _active(connection, claims.user_id)
            if claims.epoch != user.epoch or not self._sessions.goes_on(connection, claims.session):
                raise NotSignedIn("The session is over; sign in again.")
        return _identity(user)

    def _with_password(self, user: User | None, name: str, password: str) -> User:
        try:
            self._by_name.take(spelling(name))
        except TooMany:
            _log.warning("too many attempts to sign in as %r", name[:100])
            raise
        right = self._passwords.verify(password, None if user is None else user.password_hash)
        if user is None or not right or user.disabled:
            _log.warning("somebody failed to sign in as %r", name[:100])
            raise NotSignedIn("The name or the password is not right.")
        return user

    def _begin(self, user: User) -> Tokens:
        session, refresh_token = self._sessions.begin(user.id, user.epoch)
        return Tokens(self._access(session), refresh_token)

    def _access(self, session: Session) -> str:
        with self._database.read() as connection:
            user = _active(connection, session.user_id)
        return self._tokens.issue(Claims(user.id, user.epoch, session.id))

    def _session(self, bearer: str) -> Session:
        if bearer.startswith(PREFIX):
            raise Conflict("An API key has no session; sign in with a name and password for this.")
        claims = self._tokens.read(bearer)
        return Session(claims.session, claims.user_id)


def _active(connection: Connection, user_id: str) -> User:
    """Raises NotSignedIn for users that are deleted or disabled."""
    try:
        user = user_in(connection, user_id)
    except NotFound as error:
        raise NotSignedIn("The account is gone; ask an administrator for another.") from error
    if user.disabled:
        raise NotSignedIn("The account is disabled; ask an administrator.")
    return user


def _identity(user: User) -> Identity:
    return Identity(user.id, user.name, user.role, user.limits)


def _network(address: str) -> str:
    """What attempts are counted by: an IPv4 address, or the /64 of an IPv6 address, all of which one host may use."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:100]
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
