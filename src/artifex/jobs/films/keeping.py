"""The folder of what was made of films and is likely to be asked for again: shared by all processes of a machine.

Any of them may write, use and remove files at any moment.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from artifex.files import is_temporary, remove_leftovers

_MOST_KEPT = 20 * 2**30
"""Bytes of rendered segments that stay on a machine."""


def is_kept(file: Path) -> bool:
    """Whether it is there; if so, it is used now, and what was used last is removed last."""
    try:
        os.utime(file)  # which makes no empty one of a file that is removed at this moment
    except FileNotFoundError:
        return False
    return True


def prune(folder: Path, most_bytes: int = _MOST_KEPT) -> None:
    """Remove the files that were used longest ago until the others are no more than that, and what processes had begun
    that were killed."""
    remove_leftovers(folder)
    found = sorted(_found(folder))
    total = sum(size for _, size, _ in found)
    for _, size, file in found:
        if total <= most_bytes:
            return
        total -= size
        file.unlink(missing_ok=True)


def _found(folder: Path) -> Iterator[tuple[float, int, Path]]:
    """When each was used last, its bytes, and where it is."""
    for file in folder.glob("*"):
        with suppress(FileNotFoundError):  # removed since it was listed
            if file.is_file() and not is_temporary(file):
                stat = file.stat()
                yield stat.st_mtime, stat.st_size, file
