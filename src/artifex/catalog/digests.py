"""SHA-256 of large files, cached as long as their size and modification time are unchanged."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from artifex.errors import NotWritable, OutOfSpace
from artifex.files import hash_file, write_atomically

NAME = "digests.json"


class Digests:
    """Hashes of files under ``folder``, cached in ``memory``, a file beside the model's record.

    Losing the cache costs only time. :meth:`sha256` misses a change that keeps size and modification time;
    :meth:`measure` does not.
    """

    def __init__(self, memory: Path, folder: Path) -> None:
        self._memory = memory
        self._folder = folder
        self._known = _read(memory)

    def sha256(self, path: str) -> str:
        """Hex digest of one file, by its path relative to the folder. Raises OSError when it cannot be read."""
        known = self._known.get(path)
        if known is not None and known[:2] == self._state(path):
            return known[2]
        return self.measure(path)

    def measure(self, path: str) -> str:
        """The same, always hashed anew."""
        state = self._state(path)
        digest = hash_file(self._folder / path)
        self._remember(path, (*state, digest))
        return digest

    def note(self, path: str, sha256: str) -> None:
        """Store a digest that was computed while the file was written."""
        self._remember(path, (*self._state(path), sha256))

    def _state(self, path: str) -> tuple[int, int]:
        status = (self._folder / path).stat()
        return status.st_size, status.st_mtime_ns

    def _remember(self, path: str, entry: tuple[int, int, str]) -> None:
        if self._known.get(path) == entry:
            return
        self._known[path] = entry
        with suppress(NotWritable, OutOfSpace):  # a shared installation may be read-only
            write_atomically(self._memory, json.dumps(self._known, indent=1).encode())


def _read(memory: Path) -> dict[str, tuple[int, int, str]]:
    try:
        data: dict[str, Any] = json.loads(memory.read_bytes())
        return {path: (int(size), int(changed), str(digest)) for path, (size, changed, digest) in data.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}
