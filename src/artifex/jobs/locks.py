"""Cached content hashes of models, valid while their files do not change."""

import threading
import time
from dataclasses import dataclass
from pathlib import Path

from artifex.catalog import manifest
from artifex.catalog.spec import ModelSpec
from artifex.recipe import ModelLock

_Signature = tuple[tuple[str, int, int], ...]
_LOOK_SECONDS = 1.0
"""How long a lock is used without checking the files' sizes and times."""


@dataclass(frozen=True, slots=True)
class _Known:
    signature: _Signature | None
    lock: ModelLock
    looked: float
    """When the files were last checked, by the monotonic clock."""


class Locks:
    """Model locks for a process that composes many recipes. A model's files are only hashed again when the size or
    modification time of one changes. Thread-safe."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, Path], _Known] = {}
        self._turn = threading.Lock()

    def lock(self, spec: ModelSpec) -> ModelLock:
        """Like :func:`artifex.catalog.manifest.lock`. Raises NotInstalled, WeightsDamaged."""
        folder = manifest.require_folder(spec)
        with self._turn:
            now, known = time.monotonic(), self._known.get((spec.name, folder))
            if known is not None and now - known.looked < _LOOK_SECONDS:
                return known.lock
            if known is None or known.signature != _signature(folder, known.lock):
                found = manifest.lock(spec)
            else:
                found = known.lock
            self._known[spec.name, folder] = _Known(_signature(folder, found), found, now)
        return found


def _signature(folder: Path, lock: ModelLock) -> _Signature | None:
    """Name, size and modification time of each file; None if one is missing."""
    try:
        stats = [(name, (folder / name).stat()) for name, _ in lock.files]
    except OSError:
        return None
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)
