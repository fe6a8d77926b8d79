"""Places for blocks on the device."""

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
    """When what was last computed with it is done."""


class Bay:
    """Every block has one fixed place, alone or in turns; networks of equal layouts share them."""

    @torch.inference_mode(False)
    def __init__(self, layouts: Sequence[Layout], resident: int, device: torch.device) -> None:
        """Plan room on `device` for `resident` of the blocks and the ring that the others pass through.

        The room itself is not taken before `acquire`.
        """
        self._layouts = layouts
        self._place_of = places(len(layouts), resident)
        self._lane = Lane(device)
        sizes = [0] * (max(self._place_of) + 1)
        for place, layout in zip(self._place_of, layouts, strict=True):
            sizes[place] = max(sizes[place], layout.bytes)
        self._places = [_Place(torch.empty(size, dtype=torch.uint8, device=device), size) for size in sizes]
        # While there is room to look at: tensors stay what they are when it is given back and taken again.
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
        """The block's tensors in its place; their values are the block's own only while it is at hand."""
        return self._views[block]

    def holds(self, block: int, key: Key) -> bool:
        """Whether a block is there, or on its way."""
        return self._place(block).holds == key

    def turns(self, block: int) -> bool:
        """Whether a block has to share its place."""
        return self._place_of.count(self._place_of[block]) > 1

    def bring(self, block: int, key: Key, berth: Berth) -> None:
        """Queue the copy of a block from host memory, after all that still computes with its place."""
        place, size = self._place(block), self._layouts[block].bytes
        place.filled = self._lane.copy(place.buffer[:size], berth.buffer[:size], place.used)
        place.holds = key
        berth.copied = place.filled

    def write(self, block: int, ask: Callable[[Tensor], object]) -> None:
        """Queue whatever fills the room of a block, uint8 [bytes of its layout], likewise."""
        place, size = self._place(block), self._layouts[block].bytes
        place.filled = self._lane.queue(lambda: ask(place.buffer[:size]), place.used)

    def begin(self, block: int) -> None:
        """What is computed from here on waits for the block."""
        self._lane.wait(self._place(block).filled)

    def end(self, block: int) -> None:
        """All that computes with the block was asked for."""
        self._place(block).used = self._lane.mark()

    def release(self) -> None:
        """Give the device memory back until `acquire`; the networks stay bound to it."""
        self._lane.drain()
        for place in self._places:
            place.holds = place.filled = place.used = None
            place.buffer.untyped_storage().resize_(0)

    def acquire(self) -> None:
        """Take the device memory again; nothing happens if it is held.

        What was computed there before may still be under way: torch gives memory anew as soon as that was asked for.
        """
        for place in self._places:
            if place.buffer.untyped_storage().size() == 0:
                place.buffer.untyped_storage().resize_(place.bytes)
                place.used = self._lane.mark()

    def _place(self, block: int) -> _Place:
        return self._places[self._place_of[block]]
