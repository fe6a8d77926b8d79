"""Paths of share links, whose token opens a file for whoever has it."""

import re

SHARED = "/api/v1/shared/"

_OPEN = re.compile(rf"{SHARED}[^/]+(/(?:file|poster|thumbnail))?")


def is_shared(method: str, path: str) -> bool:
    """Whether a request is for a share link or one of its files; the token is not checked here."""
    parts = _OPEN.fullmatch(path)
    return parts is not None and (method == "GET" or (method == "HEAD" and parts[1] is not None))


def shared_path(token: str) -> str:
    return f"{SHARED}{token}"


def loggable(path: str) -> str:
    """A path for the log, without the token of a share link."""
    if not path.startswith(SHARED):
        return path
    _, slash, part = path.removeprefix(SHARED).partition("/")
    return f"{SHARED}...{slash}{part}"
