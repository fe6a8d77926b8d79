"""Access to any recent part of a sound that comes in chunks."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from artifex.media.encodings.sound import SoundStream


class SoundWindow:
    """Keeps at least the last ``most`` samples of a sound, and takes more as needed; silence before and after it."""

    def __init__(self, sound: SoundStream, most: int) -> None:
        self._chunks: Iterator[NDArray[np.float32]] = iter(sound.chunks)
        self._channels = sound.channels
        self._most = most
        self._held = np.zeros((0, 2), np.float32)
        self._start = 0
        self._is_over = False

    def samples(self, start: int, count: int) -> NDArray[np.float32]:
        """Samples [count, 2] from ``start`` on. Raises ValueError for samples that are no longer kept."""
        end = start + count
        while not self._is_over and self._start + len(self._held) < end:
            self._take()
        if self._start > max(0, start):
            raise ValueError(f"sample {start} is forgotten")
        wanted = np.zeros((count, 2), np.float32)
        first, last = max(start, self._start), min(end, self._start + len(self._held))
        if first < last:
            wanted[first - start : last - start] = self._held[first - self._start : last - self._start]
        return wanted

    def _take(self) -> None:
        chunk = next(self._chunks, None)
        if chunk is None:
            self._is_over = True
            return
        both = np.broadcast_to(chunk, (len(chunk), 2)) if self._channels == 1 else chunk
        forgotten = max(0, len(self._held) - self._most)
        self._held = np.concatenate([self._held[forgotten:], both])
        self._start += forgotten
