"""Blocks in host memory: all of them, or as many as have room, reloaded when their turn comes."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from torch import Tensor

from artifex.engine.memory.lane import Mark
from artifex.engine.memory.layout import Layout
from artifex.engine.memory.pinned import PinnedMemory

Key = Hashable
"""Identifies one block of one network."""


@dataclass(slots=True)
class Berth:
    """A host buffer for one block at a time."""

    buffer: Tensor
    holds: Key | None = None
    ready: "Future[None] | None" = None
    """Done when the block it holds has been loaded; None if nothing is to be waited for."""
    copied: Mark = None
    """When the last copy from it is done; it must not be overwritten before."""


class Shelf:
    """Berths for the blocks of one network, or of several of equal layouts that run one after the other."""

    def __init__(self, layouts: Sequence[Layout], networks: int, berths: int, memory: PinnedMemory) -> None:
        """Allocate the berths.

        Args:
            layouts: of each block.
            networks: how many have berths of their own; 1 where all share.
            berths: number for one network; if fewer than blocks, these take turns.
            memory: provides the buffers.
        """
        self._layouts = layouts
        self._berths = [
            [Berth(memory.buffer(self._size(berth, berths))) for berth in range(berths)] for _ in range(networks)
        ]
        self._memory = memory
        self._loader = ThreadPoolExecutor(1, thread_name_prefix="block-loader")

    @property
    def ahead(self) -> int:
        """How many blocks can be requested before the first of them has to be consumed."""
        return len(self._berths[0])

    def berth(self, network: int, block: int) -> Berth:
        """The berth of a block, whatever it holds now."""
        berths = self._berths[network % len(self._berths)]
        return berths[block % len(berths)]

    def views(self, berth: Berth, block: int) -> Mapping[str, Tensor]:
        """The block's tensors in its berth."""
        return self._layouts[block].views(berth.buffer)

    def want(self, network: int, block: int, load: Callable[[Mapping[str, Tensor]], None]) -> None:
        """Request that a block be loaded in the background; requests are served in order.

        Does nothing if the block is loaded or being loaded, or if its berth holds another one that was requested and
        not yet taken.

        Args:
            network: whose block.
            block: its index.
            load: writes the block's tensors into the views it is given; runs in a thread.
        """
        berth = self.berth(network, block)
        key = (network, block)
        if berth.holds == key or berth.ready is not None:
            return
        copied, views = berth.copied, self.views(berth, block)

        def bring() -> None:
            if copied is not None:
                copied.synchronize()
            load(views)

        berth.holds, berth.ready = key, self._loader.submit(bring)

    def take(self, network: int, block: int, load: Callable[[Mapping[str, Tensor]], None]) -> Berth:
        """Wait until a block is loaded, and return its berth. Arguments as `want`. Raises what `load` raises."""
        berth = self.berth(network, block)
        if berth.holds != (network, block):
            _settle(berth)  # another block was requested for this berth
            self.want(network, block, load)
        _settle(berth)
        return berth

    def close(self) -> None:
        """Free the memory; nothing may be requested afterwards."""
        self._loader.shutdown(cancel_futures=True)
        self._memory.release()
        self._berths.clear()

    def _size(self, berth: int, berths: int) -> int:
        return max(layout.bytes for layout in self._layouts[berth::berths])


def _settle(berth: Berth) -> None:
    if berth.ready is not None:
        coming, berth.ready = berth.ready, None
        try:
            coming.result()
        except BaseException:
            berth.holds = None  # half written
            raise
