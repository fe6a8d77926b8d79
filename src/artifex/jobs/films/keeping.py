"""The cache folder of rendered segments and other results, shared by all processes of a machine.

Any of them may write, use and remove files at any moment.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from artifex.files import is_temporary, remove_leftovers

_MOST_KEPT = 20 * 2**30
"""Bytes of files that stay in the folder."""


def is_kept(file: Path) -> bool:
    """Whether the file is there; if so, marks it as used now, for :func:`prune`."""
    try:
        os.utime(file)  # unlike touch(), does not create a file that was just removed
    except FileNotFoundError:
        return False
    return True


def prune(folder: Path, most_bytes: int = _MOST_KEPT) -> None:
    """Remove the least recently used files until at most ``most_bytes`` are left, and partial writes of killed
    processes."""
    remove_leftovers(folder)
    found = sorted(_found(folder))
    total = sum(size for _, size, _ in found)
    for _, size, file in found:
        if total <= most_bytes:
            return
        total -= size
        file.unlink(missing_ok=True)


def _found(folder: Path) -> Iterator[tuple[float, int, Path]]:
    """(Time of last use, size in bytes, path) of each file."""
    for file in folder.glob("*"):
        with suppress(FileNotFoundError):  # removed since it was listed
            if file.is_file() and not is_temporary(file):
                stat = file.stat()
                yield stat.st_mtime, stat.st_size, file
