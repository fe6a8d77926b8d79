"""Atomic writing: files appear complete or not at all."""

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

from artifex.errors import CannotRun, NotWritable, OutOfSpace

TEMPORARY_PREFIX = ".artifex-"

_LEFT_SECONDS = 24 * 3600.0
"""Age at which a temporary file is taken to be left by a killed process."""

_TEMPORARY = re.compile(re.escape(TEMPORARY_PREFIX) + "[0-9a-f]{12}-")
_PREFIX_LENGTH = len(f"{TEMPORARY_PREFIX}{'0' * 12}-")
_LONGEST_END = 80
"""Characters of a temporary name's end, which tells the name that it is for."""


def temporary_beside(path: Path) -> Path:
    """A new temporary name in the same folder, recognised by :func:`sweep`; it keeps the suffix of ``path``."""
    return path.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(6)}-{_end(path.name)}")


def _end(name: str) -> str:
    """``name``, or for a long one its hash and its end: no two names have the same."""
    if len(name) <= _LONGEST_END:
        return name
    digest = hashlib.sha256(os.fsencode(name)).hexdigest()[:12]
    return f"{digest}-{name[-(_LONGEST_END - len(digest) - 1) :]}"


@contextmanager
def publish(path: Path) -> Iterator[Path]:
    """Hand out a temporary name beside ``path``; rename it into place when the block ends well.

    The temporary name keeps the suffix, for writers that choose a format by it. Data reaches the disk before the name
    does (fsync of file, then of folder), so that a crash leaves either the old file or the new one. When the block
    fails nothing is left behind; after a kill, :func:`sweep` removes what remains.

    Raises OutOfSpace or NotWritable in place of OSError.
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
    """A path in ``folder`` for a file that is removed when the block ends.

    Files that killed processes left there at least ``grace_seconds`` ago are removed, too. Raises OutOfSpace or
    NotWritable in place of OSError.
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
    """Sync a finished file to disk, then rename it to ``path`` on the same file system.

    Raises OSError; the file may then have either name.
    """
    _sync(finished)
    os.replace(finished, path)
    _sync(path.parent)


def write_atomically(path: Path, data: bytes) -> None:
    """Replace ``path`` by ``data`` atomically, making its folder where needed. Raises OutOfSpace or NotWritable."""
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
    """The SHA-256 of a file's content, in hex, read in pieces. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def require_writable(path: Path) -> None:
    """Check before hours of work that ``path`` can be written. Raises NotWritable or OutOfSpace."""
    attempt = temporary_beside(path)
    try:
        attempt.touch()
        attempt.unlink()
    except OSError as error:
        raise told(error, path) from error


def require_keepable(path: Path) -> None:
    """As :func:`require_writable`, but its folder is made where needed. Raises NotWritable or OutOfSpace."""
    make_folder(path.parent)
    require_writable(path)


def sweep(folder: Path, name: str) -> None:
    """Remove temporary files that killed writers of ``name`` left in ``folder``, as far as they can be removed.

    The caller must make sure that no writer of ``name`` is running.
    """
    with suppress(OSError):  # it may not exist, or be listed
        for leftover in folder.iterdir():
            if _TEMPORARY.match(leftover.name) and leftover.name[_PREFIX_LENGTH:] == _end(name):
                _remove(leftover)


def _remove(leftover: Path) -> None:
    if leftover.is_dir():
        shutil.rmtree(leftover, ignore_errors=True)
        return
    with suppress(OSError):  # in a folder of all users, it may be another's
        leftover.unlink()


def is_temporary(path: Path) -> bool:
    """Whether the name is a temporary one of this module."""
    return _TEMPORARY.match(path.name) is not None


def remove_leftovers(folder: Path, older_than: float = _LEFT_SECONDS) -> int:
    """Remove temporary files anywhere below ``folder`` not written to for ``older_than`` seconds; returns how many."""
    count, latest = 0, time.time() - older_than
    for path in folder.rglob(f"{TEMPORARY_PREFIX}*"):
        with suppress(FileNotFoundError):
            if is_temporary(path) and path.is_file() and path.stat().st_mtime < latest:
                path.unlink()
                count += 1
    return count


def told(error: OSError, path: Path) -> CannotRun:
    """The error of this program for an operating system's: OutOfSpace or NotWritable."""
    refused = _told(error, path)
    refused.path = path
    return refused


def _told(error: OSError, path: Path) -> CannotRun:
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


def file_name(words: str, otherwise: str, suffix: str) -> str:
    """A file name from the first words of a text, or ``otherwise`` if it has none."""
    found = re.findall(r"\w+", words.lower())[:8]
    return f"{'-'.join(found)[:60] or otherwise}{suffix}"
