"""Databases for tests that are not about how a schema is made: copied from one that is ready."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from artifex.store.database import Database, open_database, sqlite_url

_MEMORY = Path("/dev/shm")
_MEMORY_BYTES = 2**30


def ready_sqlite(path: Path) -> str:
    """The URL of a database that is laid there with the program's tables, and without a row."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_empty_file())
    return sqlite_url(path)


@contextmanager
def sqlite_database() -> Iterator[Database]:
    """In memory where this machine has a folder for that: for tests of anything but what outlives a power cut."""
    with quick_folder() as folder:
        database = open_database(ready_sqlite(folder / "artifex.db"))
        yield database
        database.close()


@contextmanager
def quick_folder() -> Iterator[Path]:
    """A temporary folder whose files are never brought to a disk, if there is such a place with room in it."""
    has_room = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _MEMORY_BYTES
    with tempfile.TemporaryDirectory(prefix="artifex-", dir=_MEMORY if has_room else None) as folder:
        yield Path(folder)


@cache
def _empty_file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "artifex.db"
        open_database(sqlite_url(path)).close()
        return path.read_bytes()
