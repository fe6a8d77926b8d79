"""Keeps decoded sounds on disk for random access, so that none has to fit into memory."""

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
            if not is_kept(file):
                self._decode(self.sources.find(layer), sample_rate, file)
        if not file.stat().st_size:
            return np.zeros((0, CHANNELS), np.float32)
        return np.memmap(file, np.float32, "r").reshape(-1, CHANNELS)

    def _decode(self, source: Path, sample_rate: int, target: Path) -> None:
        make_folder(self.folder)
        most = _MOST_HOURS * 3600 * sample_rate
        with publish(target) as temporary, temporary.open("wb") as file:
            for chunk in self.sources.opener.sound_chunks(source, sample_rate):
                most -= len(chunk)
                if most < 0:
                    raise BadReference(f"A sound of a film is longer than {_MOST_HOURS} hours; use a part of it.")
                file.write(chunk.tobytes())
