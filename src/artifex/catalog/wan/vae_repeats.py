"""Encodes a clip that stands still for a while without computing the same twice.

In image-to-video the VAE encodes a clip of one given frame and eighty grey ones. If a chunk and what a part of the
encoder remembers equal those of the previous chunk, the part's result is the same bit for bit, and is reused. The first
layers, which are the costly ones, come to rest a few chunks after the last frame that differs; the deepest look back
too far to do so within a usual clip.
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor

from artifex.catalog.wan.vae_cache import WatchedCache
from artifex.catalog.wan.vae_scales import Part


class RestingEncoder:
    """Encodes one clip, skipping the leading parts of the encoder while they rest."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._cache = WatchedCache()
        self._resting = 0
        """Number of leading parts whose result would be the same for a repeated chunk."""
        self._kept: Tensor | None = None
        """The result of the last of these."""
        self.computed = 0
        """Number of computations of a part so far."""

    def encode(self, chunk: Tensor, *, repeats: bool, repeated: bool) -> Tensor:
        """Encode the next chunk.

        Args:
            chunk: [batch, in_channels, frames, height, width].
            repeats: whether it equals the previous chunk.
            repeated: whether the next chunk will equal it.
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
    """For every chunk, whether it equals the previous one; False for the first."""
    return [False, *(before.shape == after.shape and torch.equal(before, after) for before, after in pairwise(chunks))]
