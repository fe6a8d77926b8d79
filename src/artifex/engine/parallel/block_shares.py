"""A network's blocks sharded over the processes of a team, as in ZeRO stage 3 (arXiv:1910.02054), for inference.

Each process keeps an equal share of the bytes of every block, and all of them gather a block before they compute with
it. torch's own (`torch.distributed.fsdp.fully_shard`) binds a network to a process group for good, before its weights
are loaded; ours are loaded before their processes are linked, and linked anew after a team broke.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor, nn
from torch import distributed as dist

from artifex.engine.memory.bay import Bay
from artifex.engine.memory.layout import ALIGNMENT, Layout, bind, layout_of
from artifex.engine.memory.stream import Read
from artifex.engine.parallel.links import Group
from artifex.engine.quant.place import kept_as

# torch has the first name since 2.13, and the second before.
_all_gather = dist.all_gather_single if hasattr(dist, "all_gather_single") else dist.all_gather_into_tensor


def shared_layouts(blocks: Sequence[nn.Module], processes: int) -> list[Layout]:
    """Layouts of blocks that so many processes share, padded at the end so that shares are equal."""
    unit = ALIGNMENT * processes
    plain = [layout_of(block) for block in blocks]
    return [replace(layout, bytes=-(-layout.bytes // unit) * unit) for layout in plain]


class BlockShares:
    """`BlockSource` of one network, in one process; all processes walk together, from the first block to the last."""

    group: Group | None = None
    """The processes that hold the shares; to be set before the first walk, and again whenever they are linked anew."""

    def __init__(
        self, blocks: Sequence[nn.Module], layouts: Sequence[Layout], bay: Bay, place: int, count: int, read: Read
    ) -> None:
        """Bind the blocks to their places.

        Args:
            blocks: from here on their tensors are valid only within `at_hand`.
            layouts: from `shared_layouts`.
            bay: places on the device, which other networks of equal layouts may use too.
            place: of this process in the group.
            count: number of processes.
            read: returns a parameter's values as stored.
        """
        self._blocks = list(blocks)
        self._layouts = layouts
        self._bay = bay
        self._place = place
        self._read = read
        with torch.inference_mode(False):
            self._kept = [
                torch.empty(layout.bytes // count, dtype=torch.uint8, device=bay.device) for layout in layouts
            ]
        for index, block in enumerate(self._blocks):
            bind(block, bay.views(index))

    def keep(self, index: int, name: str, tensor: Tensor, device: torch.device) -> None:
        """See `BlockSource`: keeps this process's share of the parameter."""
        kept, pieces = self._kept[index], self._layouts[index].pieces
        first = self._place * len(kept)
        for part, values in kept_as(self._blocks[index], name, tensor, device).items():
            piece = pieces[part]
            start, stop = max(piece.start, first), min(piece.start + piece.bytes, first + len(kept))
            if start < stop:  # whole elements, as shares and pieces begin at multiples of the alignment
                elements = slice(
                    (start - piece.start) // piece.dtype.itemsize, (stop - piece.start) // piece.dtype.itemsize
                )
                kept[start - first : stop - first].view(piece.dtype).copy_(values.flatten()[elements])

    def values(self, index: int, name: str) -> Tensor:
        """See `BlockSource`."""
        return self._read(index, name)

    @contextmanager
    def at_hand(self, index: int) -> Iterator[None]:
        """See `BlockSource`. The next block is gathered while this one computes.

        No gathered block is kept for the next walk: all processes have to gather the same blocks, even if only this one
        released its places in between.
        """
        self._bay.acquire()
        if index == 0:
            self._gather(0)
        if index + 1 < self._bay.blocks:
            self._gather(index + 1)
        self._bay.begin(index)
        try:
            yield
        finally:
            self._bay.end(index)

    def _gather(self, index: int) -> None:
        group, kept = self.group, self._kept[index]
        assert group is not None
        self._bay.write(index, partial(_all_gather, input_tensor=kept, group=group.handle))
