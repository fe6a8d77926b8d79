"""Addresses of shared files: the token in them opens the file, for whoever has it."""

import re

SHARED = "/api/v1/shared/"

_OPEN = re.compile(rf"{SHARED}[^/]+(/(?:file|poster|thumbnail))?")


def is_shared(method: str, path: str) -> bool:
    """Whether it asks for what a link shows, or for a file of it; whether there is such a link is not seen yet."""
    parts = _OPEN.fullmatch(path)
    return parts is not None and (method == "GET" or (method == "HEAD" and parts[1] is not None))


def shared_path(token: str) -> str:
    return f"{SHARED}{token}"


def loggable(path: str) -> str:
    """A path as a log may keep it, without a token that opens something."""
    if not path.startswith(SHARED):
        return path
    _, slash, part = path.removeprefix(SHARED).partition("/")
    return f"{SHARED}...{slash}{part}"
