"""What the layers of the Wan VAE remember between the chunks of a clip."""

import torch
from torch import Tensor, nn

from artifex.engine.parallel.row_share import RowShare


class Cache(dict[nn.Module, Tensor]):
    """The last frames each layer saw, by layer; empty before the first frame of a clip."""

    def __init__(self, rows: RowShare | None = None) -> None:
        """Begin a clip; ``rows`` is this process's share of its rows, None for all."""
        super().__init__()
        self.rows = rows


class WatchedCache(Cache):
    """A cache that detects whether what layers remember has changed; see `vae_repeats.py`."""

    def __init__(self) -> None:
        super().__init__()
        self.watching = False
        self.changed = False

    def compare(self, before: Tensor | None, after: Tensor) -> None:
        """Note that a layer now remembers `after` instead of `before`; compared only while `watching`."""
        if self.watching and not self.changed:
            self.changed = before is None or not torch.equal(before, after)


def compare_window(cache: Cache, window: Tensor, past: int) -> None:
    """Compare the first `past` frames of a layer's window, remembered so far, with the last, remembered from now on."""
    if isinstance(cache, WatchedCache):
        cache.compare(window[:, :, :past], window[:, :, window.shape[2] - past :])
