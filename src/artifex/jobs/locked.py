"""A file that several processes read, change and write as a whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from artifex.files import make_folder, sweep


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time; whatever a killed one left half-written is gone. Raises NotWritable or OutOfSpace."""
    make_folder(path.parent)
    with FileLock(path.with_suffix(".lock")):
        sweep(path.parent, path.name)
        yield
