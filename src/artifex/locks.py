"""Locks between processes: files that one of them holds at a time, and that the system lets go of when it dies."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from artifex.errors import Busy
from artifex.files import make_folder, told


@contextmanager
def hold(path: Path, busy: str | None = None, *, remove: bool = False) -> Iterator[None]:
    """Hold the lock ``path`` until the block ends, making its folder where needed.

    While another process holds it: raises Busy with the message ``busy``, or waits if that is None. ``remove``: the
    file is removed in the end. Raises NotWritable or OutOfSpace where it cannot be made.
    """
    lock = FileLock(make_folder(path.parent) / path.name, timeout=-1 if busy is None else 0)
    try:
        lock.acquire()
    except Timeout as error:
        raise Busy(busy) from error
    except OSError as error:
        raise told(error, path) from error
    try:
        yield
    finally:
        if remove:
            with suppress(OSError):
                path.unlink()
        lock.release()
