"""Secrets without a meaning: what is stored of them is a hash, so that a stolen database opens nothing."""

import hashlib
import re
import secrets

from artifex.errors import NotSignedIn

_FORM = re.compile(r"[A-Za-z0-9_-]{43}")


def new_secret() -> str:
    """256 random bits as 43 characters that need no quoting anywhere."""
    return secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """What is stored of it: sha256 in hex. So many random bits need no slow hash. Raises NotSignedIn for garbage."""
    if not _FORM.fullmatch(secret):
        raise NotSignedIn("This is no token of this studio; sign in again.")
    return hashlib.sha256(secret.encode("ascii")).hexdigest()
