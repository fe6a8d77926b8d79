"""Opaque random tokens. Only their hashes are stored, so that a stolen database opens nothing."""

import hashlib
import re
import secrets

from artifex.errors import NotSignedIn

_FORM = re.compile(r"[A-Za-z0-9_-]{43}")


def new_secret() -> str:
    """256 random bits as 43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """The SHA-256 in hex to store; so many random bits need no slow hash. Raises NotSignedIn for malformed secrets."""
    if not _FORM.fullmatch(secret):
        raise NotSignedIn("This is no token of this studio; sign in again.")
    return hashlib.sha256(secret.encode("ascii")).hexdigest()
