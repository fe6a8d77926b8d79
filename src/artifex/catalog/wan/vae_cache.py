"""What the layers of the Wan VAE remember of a clip that passes through them chunk by chunk."""

import torch
from torch import Tensor, nn

from artifex.engine.parallel.row_share import RowShare


class Cache(dict[nn.Module, Tensor]):
    """The last frames each layer saw, by layer; empty before the first frame of a clip."""

    def __init__(self, rows: RowShare | None = None) -> None:
        """Begin a clip, of which this process has all rows, or its share of them."""
        super().__init__()
        self.rows = rows


class WatchedCache(Cache):
    """A cache that can tell whether layers remember what they remembered before: see `vae_repeats.py`."""

    def __init__(self) -> None:
        super().__init__()
        self.watching = False
        self.changed = False

    def compare(self, before: Tensor | None, after: Tensor) -> None:
        """A layer remembers `after` in place of `before`; looked at only while `watching`."""
        if self.watching and not self.changed:
            self.changed = before is None or not torch.equal(before, after)


def compare_window(cache: Cache, window: Tensor, past: int) -> None:
    """A chunk passed a layer: its window began with the `past` frames it remembered, and ends with those it will."""
    if isinstance(cache, WatchedCache):
        cache.compare(window[:, :, :past], window[:, :, window.shape[2] - past :])
