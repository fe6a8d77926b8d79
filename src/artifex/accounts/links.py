"""Signed URLs of files, for the players and pictures of a page, which cannot send a token."""

import hashlib
import hmac
import re
from collections.abc import Callable

from artifex.errors import NotSignedIn

LINK_SECONDS = 3600
"""The longest that a link is valid; the shortest is ten minutes less."""

_ROUND_SECONDS = 600
_QUERY = re.compile(r"expires=([0-9]{1,12})&user=([0-9a-f]{32})&signature=([0-9a-f]{64})", re.ASCII)


class Links:
    """Signs paths with a key derived from ``secret``; ``clock`` gives seconds since 1970.

    A link names the user it was issued to, whose account and role are looked up on use: it opens nothing that they may
    no longer read.
    """

    def __init__(self, secret: bytes, clock: Callable[[], float]) -> None:
        self._key = hmac.digest(secret, b"artifex links", hashlib.sha256)  # so that no token can pass for a link
        self._clock = clock

    def sign(self, path: str, user_id: str) -> str:
        """The path with a signed query. It stays the same for ten minutes, so that browsers can cache the file."""
        expires = int(self._clock() // _ROUND_SECONDS) * _ROUND_SECONDS + LINK_SECONDS
        return f"{path}?expires={expires}&user={user_id}&signature={self._signature(path, expires, user_id)}"

    def reader(self, path: str, query: str) -> str:
        """The id of the user a link was issued to. Raises NotSignedIn if it is malformed, changed or expired."""
        parts = _QUERY.fullmatch(query)
        if parts is None:
            raise _refused()
        expires, user_id = int(parts[1]), parts[2]
        right = hmac.compare_digest(parts[3], self._signature(path, expires, user_id))
        if not right or self._clock() >= expires:
            raise _refused()
        return user_id

    def _signature(self, path: str, expires: int, user_id: str) -> str:
        return hmac.new(self._key, f"{path}\n{expires}\n{user_id}".encode(), hashlib.sha256).hexdigest()


def _refused() -> NotSignedIn:
    return NotSignedIn("This link is too old or was changed; ask for the file's urls again.")
