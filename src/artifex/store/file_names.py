"""Which file names from a server are safe to write."""

import re
from collections.abc import Iterable

from artifex.errors import DownloadFailed

_LONGEST_PART = 200
_LONGEST = 800
_DEEPEST = 8
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|\ud800-\udfff]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def check_names(names: Iterable[str], origin: str) -> None:
    """Refuse a set of relative paths if one could leave its folder, is invalid on some system, or equals another one
    but for case.

    Raises DownloadFailed, which names ``origin``.
    """
    seen: set[str] = set()
    for name in names:
        if not is_safe(name):
            raise DownloadFailed(f"{origin} lists a file called {name[:80]!r}, which is not safe; nothing was written.")
        if name.casefold() in seen:
            raise DownloadFailed(f"{origin} lists {name[:80]!r} twice, so it cannot be trusted; nothing was written.")
        seen.add(name.casefold())


def is_safe(name: str) -> bool:
    """Whether ``name`` is a plain relative path with slashes on every supported system."""
    parts = name.split("/")
    return (
        not _FORBIDDEN.search(name)
        and len(name.encode()) <= _LONGEST
        and len(parts) <= _DEEPEST
        and all(_is_safe_part(part) for part in parts)
    )


def _is_safe_part(part: str) -> bool:
    return (
        part not in ("", ".", "..")
        and part == part.strip()
        and not part.endswith(".")
        and not _DEVICES.fullmatch(part)
        and len(part.encode()) <= _LONGEST_PART
    )
