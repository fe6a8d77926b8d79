"""The cache folder of rendered segments and other results, shared by all processes of a machine.

Any of them may write, use and remove files at any moment.
"""

import math
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from artifex.errors import Busy
from artifex.files import is_temporary, remove_leftovers
from artifex.locks import hold

_MOST_KEPT = 20 * 2**30
"""Bytes of files that stay in the folder."""
_MARKS = ".in-use"
"""Below the folder, a lock for each render that runs, with the time of its begin in its name."""
_CLOCK_SECONDS = 60.0
"""By how much a file system's clock may lag behind."""
_LEFT_SECONDS = 24 * 3600.0
"""Age at which the mark of a killed process is removed."""


@contextmanager
def in_use(folder: Path) -> Iterator[None]:
    """Until the block ends, :func:`prune` in any process leaves in ``folder`` what is used from now on; makes the
    folder where needed. Raises NotWritable, OutOfSpace."""
    with hold(folder / _MARKS / f"{time.time():.0f}-{secrets.token_hex(6)}.lock", remove=True):
        yield


def is_kept(file: Path) -> bool:
    """Whether the file is there; if so, marks it as used now, for :func:`prune`."""
    try:
        os.utime(file)  # unlike touch(), does not create a file that was just removed
    except FileNotFoundError:
        return False
    return True


def prune(folder: Path, most_bytes: int = _MOST_KEPT) -> None:
    """Remove the least recently used files until at most ``most_bytes`` are left, and partial writes of killed
    processes. What renders use that still run (:func:`in_use`) stays, however much it is."""
    remove_leftovers(folder)
    found = sorted(_found(folder))
    total, since = sum(size for _, size, _ in found), _in_use_since(folder)
    for used, size, file in found:
        if total <= most_bytes or used >= since:
            return
        total -= size
        with suppress(FileNotFoundError):
            if file.stat().st_mtime == used:  # nobody has begun to use it since it was listed
                file.unlink()


def _in_use_since(folder: Path) -> float:
    """When the first of the renders began that still run; infinity where none does."""
    since, now = math.inf, time.time()
    for mark in (folder / _MARKS).glob("*.lock"):
        began = float(mark.name.partition("-")[0])
        try:
            with hold(mark, "a render runs", remove=began < now - _LEFT_SECONDS):
                pass  # its process was killed
        except Busy:
            since = min(since, began - _CLOCK_SECONDS)
    return since


def _found(folder: Path) -> Iterator[tuple[float, int, Path]]:
    """(Time of last use, size in bytes, path) of each file."""
    for file in folder.glob("*"):
        with suppress(FileNotFoundError):  # removed since it was listed
            if file.is_file() and not is_temporary(file):
                stat = file.stat()
                yield stat.st_mtime, stat.st_size, file
