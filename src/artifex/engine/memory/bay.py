"""Device memory for a network's streamed blocks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from artifex.engine.memory.lane import Lane, Mark
from artifex.engine.memory.layout import Layout
from artifex.engine.memory.shelf import Berth, Key
from artifex.engine.memory.turns import places


@dataclass(slots=True)
class _Place:
    buffer: Tensor
    bytes: int
    holds: Key | None = None
    filled: Mark = None
    used: Mark = None
    """When the last computation with it is done."""


class Bay:
    """Places on the device: every block has a fixed one, alone or in turns; networks of equal layouts share them."""

    @torch.inference_mode(False)
    def __init__(self, layouts: Sequence[Layout], resident: int, device: torch.device) -> None:
        """Plan memory on `device` for `resident` of the blocks, and for the ring that the others pass through.

        The memory is not allocated before `acquire`.
        """
        self._layouts = layouts
        self._place_of = places(len(layouts), resident)
        self._lane = Lane(device)
        sizes = [0] * (max(self._place_of) + 1)
        for place, layout in zip(self._place_of, layouts, strict=True):
            sizes[place] = max(sizes[place], layout.bytes)
        self._places = [_Place(torch.empty(size, dtype=torch.uint8, device=device), size) for size in sizes]
        # Made while the memory is allocated: the views stay valid when it is released and acquired again.
        self._views = [layout.views(self._place(block).buffer) for block, layout in enumerate(layouts)]
        self.release()

    @property
    def blocks(self) -> int:
        """How many blocks a network has."""
        return len(self._layouts)

    @property
    def device(self) -> torch.device:
        """Where the places are."""
        return self._lane.device

    def views(self, block: int) -> Mapping[str, Tensor]:
        """Views of the block's tensors in its place; they hold its values only within `BlockSource.at_hand`."""
        return self._views[block]

    def holds(self, block: int, key: Key) -> bool:
        """Whether the block of this key is in its place, or its copy is queued."""
        return self._place(block).holds == key

    def turns(self, block: int) -> bool:
        """Whether a block shares its place with others."""
        return self._place_of.count(self._place_of[block]) > 1

    def bring(self, block: int, key: Key, berth: Berth) -> None:
        """Queue the copy of a block from host memory, after all computation that still uses its place."""
        place, size = self._place(block), self._layouts[block].bytes
        place.filled = self._lane.copy(place.buffer[:size], berth.buffer[:size], place.used)
        place.holds = key
        berth.copied = place.filled

    def write(self, block: int, ask: Callable[[Tensor], object]) -> None:
        """Likewise queue `ask`, which fills the place of a block, uint8 [bytes of its layout]."""
        place, size = self._place(block), self._layouts[block].bytes
        place.filled = self._lane.queue(lambda: ask(place.buffer[:size]), place.used)

    def begin(self, block: int) -> None:
        """Make computation queued from here on wait for the block."""
        self._lane.wait(self._place(block).filled)

    def end(self, block: int) -> None:
        """Note that all computation with the block has been queued."""
        self._place(block).used = self._lane.mark()

    def release(self) -> None:
        """Free the device memory until `acquire`; the networks stay bound to their places."""
        self._lane.drain()
        for place in self._places:
            place.holds = place.filled = place.used = None
            place.buffer.untyped_storage().resize_(0)

    def acquire(self) -> None:
        """Allocate the device memory again; does nothing if it is held.

        Copies into it wait for work that is already queued, since torch reuses freed memory before that work is done.
        """
        for place in self._places:
            if place.buffer.untyped_storage().size() == 0:
                place.buffer.untyped_storage().resize_(place.bytes)
                place.used = self._lane.mark()

    def _place(self, block: int) -> _Place:
        return self._places[self._place_of[block]]
