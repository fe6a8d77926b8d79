"""Files that appear whole or not at all."""

import errno
import hashlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from artifex.errors import ArtifexError, NotWritable, OutOfSpace

TEMPORARY_PREFIX = ".artifex-"

_LEFT_SECONDS = 24 * 3600.0
"""After which a file that a killed process had begun is nobody's any more."""

_TEMPORARY = re.compile(re.escape(TEMPORARY_PREFIX) + "[0-9a-f]{12}-")
_PREFIX_LENGTH = len(f"{TEMPORARY_PREFIX}{'0' * 12}-")


def temporary_beside(path: Path) -> Path:
    """A fresh name in the same folder that :func:`sweep` knows; it keeps the suffix of ``path``."""
    return path.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(6)}-{path.name[-80:]}")


@contextmanager
def publish(path: Path) -> Iterator[Path]:
    """Hand out a temporary name beside ``path``; rename it into place when the block ends well.

    The temporary name keeps the suffix, so that writers which look at it do the right thing.
    Data reaches the disk before the name does (fsync of file, then of folder), so that a crash
    leaves either the old file or the new one. When the block fails nothing is left behind;
    after a kill, :func:`sweep` removes what remains.
    Raises OutOfSpace or NotWritable in place of the operating system's own words.
    """
    temporary = temporary_beside(path)
    try:
        yield temporary
        settle(temporary, path)
    except OSError as error:
        raise told(error, path) from error
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


@contextmanager
def passing_file(folder: Path, name: str, grace_seconds: float) -> Iterator[Path]:
    """A name in ``folder`` for a file that is gone when the block ends.

    What killed processes left there ``grace_seconds`` ago goes, too. Raises OutOfSpace or NotWritable in place of the
    operating system's own words.
    """
    remove_leftovers(make_folder(folder), grace_seconds)
    path = temporary_beside(folder / name)
    try:
        yield path
    except OSError as error:
        raise told(error, path) from error
    finally:
        path.unlink(missing_ok=True)


def settle(finished: Path, path: Path) -> None:
    """Rename a finished file of the same file system to ``path``, its data first brought to the disk.

    Raises OSError; the file keeps its old name then.
    """
    _sync(finished)
    os.replace(finished, path)
    _sync(path.parent)


def write_atomically(path: Path, data: bytes) -> None:
    """Replace ``path`` by ``data`` in one visible step, making its folder where needed."""
    make_folder(path.parent)
    with publish(path) as temporary:
        temporary.write_bytes(data)


def make_folder(folder: Path) -> Path:
    """Make ``folder`` and its parents. Raises NotWritable or OutOfSpace."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise told(error, folder) from error
    return folder


def hash_file(path: Path) -> str:
    """The sha256 of a file's content, in hex, read piece by piece. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def require_writable(path: Path) -> None:
    """Find out now, rather than after hours of work, whether ``path`` could be written. Raises NotWritable."""
    attempt = temporary_beside(path)
    try:
        attempt.touch()
        attempt.unlink()
    except OSError as error:
        raise told(error, path) from error


def sweep(folder: Path, name: str) -> None:
    """Remove temporary files that killed writers of ``name`` left in ``folder``.

    Whoever calls this makes sure that no writer of ``name`` is alive.
    """
    if not folder.is_dir():
        return
    for leftover in folder.iterdir():
        if _TEMPORARY.match(leftover.name) and leftover.name[_PREFIX_LENGTH:] == name[-80:]:
            if leftover.is_dir():
                shutil.rmtree(leftover, ignore_errors=True)
            else:
                leftover.unlink(missing_ok=True)


def is_temporary(path: Path) -> bool:
    """Whether the name is one of those that :func:`publish` writes under."""
    return _TEMPORARY.match(path.name) is not None


def remove_leftovers(folder: Path, older_than: float = _LEFT_SECONDS) -> int:
    """Remove temporary files anywhere below ``folder`` that nobody wrote to for ``older_than`` seconds; how many."""
    count, latest = 0, time.time() - older_than
    for path in folder.rglob(f"{TEMPORARY_PREFIX}*"):
        with suppress(FileNotFoundError):
            if is_temporary(path) and path.is_file() and path.stat().st_mtime < latest:
                path.unlink()
                count += 1
    return count


def told(error: OSError, path: Path) -> ArtifexError:
    """The operating system's refusal in our words."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return OutOfSpace(f"No room left to write {path}; free some space there, or choose another place.")
    reason = (error.strerror or type(error).__name__).lower()
    return NotWritable(f"{path} cannot be written ({reason}); choose another place.")


def _sync(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return  # Windows has no handle for folders
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
