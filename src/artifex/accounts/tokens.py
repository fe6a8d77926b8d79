"""Access tokens: a signed note of who signed in, good for some minutes. What they may do is never read from it."""

from collections.abc import Callable
from dataclasses import dataclass

import jwt

from artifex.accounts.secret import SECRET_BYTES
from artifex.errors import NotSignedIn

ACCESS_SECONDS = 15 * 60

_ALGORITHM = "HS256"
_ISSUER, _AUDIENCE = "artifex", "artifex-api"
_HEADERS = {"typ": "at+jwt"}
_LONGEST = 2048


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says whose signature and times were right; the database has the last word."""

    user_id: str
    epoch: int
    session: str


class AccessTokens:
    """JSON Web Tokens with HS256 and a key of at least 32 bytes; ``clock`` gives seconds since 1970."""

    def __init__(self, secret: bytes, clock: Callable[[], float]) -> None:
        if len(secret) < SECRET_BYTES:
            raise ValueError(f"a key for {_ALGORITHM} has at least {SECRET_BYTES} bytes")
        self._secret = secret
        self._clock = clock
        self._header = self._signed({}).partition(".")[0]

    def issue(self, claims: Claims) -> str:
        now = int(self._clock())
        return self._signed(
            {
                "iss": _ISSUER,
                "aud": _AUDIENCE,
                "sub": claims.user_id,
                "iat": now,
                "exp": now + ACCESS_SECONDS,
                "epoch": claims.epoch,
                "sid": claims.session,
            }
        )

    def read(self, token: str) -> Claims:
        """Raises NotSignedIn, whatever ``token`` is.

        Only the very header that we write is taken, so nothing of a stranger's header is ever interpreted: no other
        algorithm, type, key id or key address.
        """
        if len(token) > _LONGEST or not token.isascii() or token.partition(".")[0] != self._header:
            raise _refused()
        try:
            said = jwt.decode(
                token,
                self._secret,
                algorithms=[_ALGORITHM],
                audience=_AUDIENCE,
                issuer=_ISSUER,
                options={"require": ["exp", "iat", "sub", "aud", "iss", "epoch", "sid"]},
            )
        except jwt.ExpiredSignatureError as error:
            raise NotSignedIn("The access token has expired; get a new one with the refresh token.") from error
        except jwt.PyJWTError as error:
            raise _refused() from error
        return Claims(said["sub"], said["epoch"], said["sid"])

    def _signed(self, said: dict[str, object]) -> str:
        return jwt.encode(said, self._secret, algorithm=_ALGORITHM, headers=_HEADERS)


def _refused() -> NotSignedIn:
    return NotSignedIn("The access token is not valid; sign in again.")
