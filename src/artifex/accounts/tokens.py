"""Access tokens: signed and short-lived. They say who signed in; the role is always read from the database."""

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
    """The claims of a token with a valid signature and times; the database is still to be asked."""

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
        """Verify a token. Raises NotSignedIn for anything but a valid one.

        Only the exact header that we issue is accepted, so that no foreign algorithm, type, key id or key URL is ever
        interpreted.
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
