"""Keeps decoded sounds on disk for random access, so that none has to fit into memory."""

import os
import struct
import threading
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from artifex.errors import BadReference
from artifex.files import make_folder, publish
from artifex.jobs.films.keeping import is_kept
from artifex.jobs.films.sources import Sources
from artifex.timeline.plan import AudioLayer

CHANNELS = 2
_MOST_HOURS = 4
_COUNT = struct.Struct("<q")
"""Ends a file: how many samples it holds, so that one that was cut is not taken for a shorter sound."""

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SoundStore:
    """Keeps sounds in ``folder``. Thread-safe."""

    folder: Path
    sources: Sources
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def samples(self, layer: AudioLayer, sample_rate: int) -> Samples:
        """The layer's whole sound [n, 2], memory-mapped. Raises BadReference, OutOfSpace."""
        file = self.folder / f"{layer.sha256}-{sample_rate}.f32"
        with self._lock, self.sources.about(layer):
            count = _kept_samples(file)
            if count is None:
                count = self._decode(self.sources.find(layer), sample_rate, file)
        if not count:
            return np.zeros((0, CHANNELS), np.float32)
        return np.memmap(file, np.float32, "r", shape=(count, CHANNELS))

    def _decode(self, source: Path, sample_rate: int, target: Path) -> int:
        """Returns the number of samples."""
        make_folder(self.folder)
        count, most = 0, _MOST_HOURS * 3600 * sample_rate
        with publish(target) as temporary, temporary.open("wb") as file:
            for chunk in self.sources.opener.sound_chunks(source, sample_rate):
                count += len(chunk)
                if count > most:
                    raise BadReference(f"A sound of a film is longer than {_MOST_HOURS} hours; use a part of it.")
                file.write(chunk.tobytes())
            file.write(_COUNT.pack(count))
        return count


def _kept_samples(file: Path) -> int | None:
    """The number of samples; None where the file is missing, or is not whole any more."""
    if not is_kept(file):
        return None
    with file.open("rb") as kept:
        size = kept.seek(0, os.SEEK_END)
        kept.seek(max(0, size - _COUNT.size))
        end = kept.read()
    if len(end) < _COUNT.size:
        return None
    [count] = _COUNT.unpack(end)
    return count if size == count * CHANNELS * 4 + _COUNT.size else None
