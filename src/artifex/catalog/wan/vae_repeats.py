"""Encoding a clip that stands still for a while without computing the same twice.

Image to video shows the network a clip in which one frame is given and eighty are grey. A part of the encoder does
with a chunk what it did with the last one, bit for bit, where the chunk is the same and so is what the part remembers
of the time before: then the last result is taken. The first layers, which are the costly ones, come to rest a few
chunks behind the last frame that differs; the deepest look back too far to do so within a usual clip.
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor

from artifex.catalog.wan.vae_cache import WatchedCache
from artifex.catalog.wan.vae_scales import Part


class RestingEncoder:
    """The parts of an encoder on their way through one clip."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._cache = WatchedCache()
        self._resting = 0
        """Parts, from the first on, that would do with the same chunk what they did with the last one."""
        self._kept: Tensor | None = None
        """What came out of the last of these."""
        self.computed = 0
        """Times that a part was computed so far."""

    def encode(self, chunk: Tensor, *, repeats: bool, repeated: bool) -> Tensor:
        """What the encoder makes of the next chunk.

        Args:
            chunk: [batch, in_channels, frames, height, width].
            repeats: it is the chunk before it once more.
            repeated: the chunk behind it will be the same.
        """
        x, first = chunk, 0
        if repeats and self._kept is not None:
            x, first = self._kept, self._resting
        else:
            self._resting, self._kept = 0, None
        cache = self._cache
        cache.watching, cache.changed = repeated, False
        for index, part in enumerate(self._parts[first:], start=first):
            x = part(x, cache)
            self.computed += 1
            if repeated and not cache.changed:
                self._resting, self._kept = index + 1, x
        return x


def equal_neighbours(chunks: Sequence[Tensor]) -> list[bool]:
    """For every chunk whether it is the one before it once more; the first never is."""
    return [False, *(before.shape == after.shape and torch.equal(before, after) for before, after in pairwise(chunks))]
