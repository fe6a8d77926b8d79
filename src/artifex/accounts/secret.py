"""The secret that signs access tokens."""

import base64
import binascii
import os
import secrets
import stat
from pathlib import Path

from artifex.errors import BadInput, CannotRun
from artifex.files import publish, told
from artifex.locks import hold

SECRET_BYTES = 32
"""The least that HS256 allows (RFC 7518, section 3.2)."""

VARIABLE = "ARTIFEX_SECRET"


def signing_secret(given: str, home: Path) -> bytes:
    """The secret ``given`` (by the environment), or else that of this installation, which is created on first use.

    Raises BadInput for a given one that is too short; CannotRun, NotWritable or OutOfSpace for the file.
    """
    return _from_text(given.strip()) if given.strip() else _from_file(home / "secret")


def _from_text(given: str) -> bytes:
    """Decoded if it is base64 of enough bytes, or else the characters themselves."""
    try:
        decoded = base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    secret = decoded if len(decoded) >= SECRET_BYTES else given.encode(errors="surrogateescape")
    if len(secret) < SECRET_BYTES:
        raise BadInput(f"{VARIABLE} is shorter than {SECRET_BYTES} bytes; make one with 'openssl rand -base64 32'.")
    return secret


def _from_file(path: Path) -> bytes:
    try:
        with hold(path.with_name(".secret.lock")):
            if not path.exists():
                _make(path)
        return _read(path)
    except OSError as error:
        raise told(error, path) from error


def _make(path: Path) -> None:
    with publish(path) as temporary:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(SECRET_BYTES)))


def _read(path: Path) -> bytes:
    if os.name != "nt" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise CannotRun(f"{path} can be read by others, who could sign in as anybody; delete it and all sign in anew.")
    try:
        secret = base64.b64decode(path.read_bytes(), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) < SECRET_BYTES:
        raise CannotRun(f"{path} is damaged; delete it, and a new one is made. Everybody then signs in again.")
    return secret
