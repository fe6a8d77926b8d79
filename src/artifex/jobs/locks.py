"""Which bytes a model is made of, remembered while its files stay as they are."""

import threading
from pathlib import Path

from artifex.catalog import manifest
from artifex.catalog.spec import ModelSpec
from artifex.recipe import ModelLock

_Signature = tuple[tuple[str, int, int], ...]


class Locks:
    """For a process that composes many recipes: a model's files are hashed when one changed its size or time."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, Path], tuple[_Signature | None, ModelLock]] = {}
        self._turn = threading.Lock()

    def lock(self, spec: ModelSpec) -> ModelLock:
        """As :func:`artifex.catalog.manifest.lock`. Raises NotInstalled, WeightsDamaged."""
        folder = manifest.require_folder(spec)
        with self._turn:
            known = self._known.get((spec.name, folder))
            if known is not None and known[0] == _signature(folder, known[1]):
                return known[1]
            found = manifest.lock(spec)
            self._known[spec.name, folder] = (_signature(folder, found), found)
        return found


def _signature(folder: Path, lock: ModelLock) -> _Signature | None:
    """Size and time of change of each file; None when one is missing."""
    try:
        stats = [(name, (folder / name).stat()) for name, _ in lock.files]
    except OSError:
        return None
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)
