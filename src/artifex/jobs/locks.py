"""Cached content hashes of models, valid while their files do not change."""

import threading
import time
from collections.abc import Iterable
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
        self._models: dict[tuple[str, Path], _Model] = {}
        self._turn = threading.Lock()

    def lock(self, spec: ModelSpec) -> ModelLock:
        """Like :func:`artifex.catalog.manifest.lock`. Raises NotInstalled, WeightsDamaged."""
        folder = manifest.require_folder(spec)
        with self._turn:
            model = self._models.setdefault((spec.name, folder), _Model())
        return model.lock(spec, folder)


class _Model:
    """The lock of one model, whose hashing, which may take minutes, no other model waits for."""

    def __init__(self) -> None:
        self._known: _Known | None = None
        self._turn = threading.Lock()

    def lock(self, spec: ModelSpec, folder: Path) -> ModelLock:
        with self._turn:
            now, known = time.monotonic(), self._known
            if known is not None and now - known.looked < _LOOK_SECONDS:
                return known.lock
            # Taken before hashing, so that what changes meanwhile is noticed next time.
            signature = _signature(folder, manifest.expected_files(spec))
            if known is None or signature is None or signature != known.signature:
                found = manifest.lock(spec)
            else:
                found = known.lock
            self._known = _Known(signature, found, now)
        return found


def _signature(folder: Path, names: Iterable[str]) -> _Signature | None:
    """Name, size and modification time of each file; None if one is missing."""
    try:
        stats = [(name, (folder / name).stat()) for name in sorted(names)]
    except OSError:
        return None
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)
