"""Streams a network's blocks to the device one after the other while it computes."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Protocol, TypeVar

import torch
from torch import Tensor, nn

from artifex.engine.memory.bay import Bay
from artifex.engine.memory.layout import bind
from artifex.engine.memory.shelf import Shelf
from artifex.engine.quant.place import kept_as

Read = Callable[[int, str], Tensor]
"""(index of a block, name of a parameter in it) -> the parameter's values as stored."""

Block = TypeVar("Block", bound=nn.Module)


class BlockSource(Protocol):
    """Brings the blocks of one network to the device."""

    def keep(self, index: int, name: str, tensor: Tensor, device: torch.device) -> None:
        """Take one parameter while a model is loaded.

        Args:
            index: of the block.
            name: of the parameter in it.
            tensor: its values.
            device: on which the parameter is quantised, if it is to be.
        """

    def values(self, index: int, name: str) -> Tensor:
        """A parameter's values as stored, wherever the block is now."""
        ...

    def at_hand(self, index: int) -> AbstractContextManager[None]:
        """A context in which the block can compute with its weights, while the next blocks are brought."""
        ...


class BlockStream:
    """`BlockSource` from host memory, through a bay that other streams may share; walks are cyclic and in order.

    Results are bit for bit those of a network with all blocks on the device.
    """

    def __init__(self, blocks: Sequence[nn.Module], network: int, bay: Bay, shelf: Shelf, read: Read) -> None:
        """Bind the blocks to their places.

        Args:
            blocks: with the bay's layouts; from here on their tensors are valid only within `at_hand`.
            network: its number on the shelf.
            bay: places on the device.
            shelf: berths in host memory.
            read: returns a parameter's values; called in a thread, whenever a block is not on the shelf.
        """
        self._blocks = list(blocks)
        self._network = network
        self._bay = bay
        self._shelf = shelf
        self._read = read
        self._successor: BlockStream | None = None
        for index, block in enumerate(self._blocks):
            bind(block, bay.views(index))

    def keep(self, index: int, name: str, tensor: Tensor, device: torch.device) -> None:
        """See `BlockSource`: stores the parameter on the shelf, unless another block has taken the berth."""
        berth = self._shelf.berth(self._network, index)
        key = (self._network, index)
        if berth.holds is None:
            berth.holds = key
        if berth.holds == key:
            self._store(index, self._shelf.views(berth, index), name, tensor, device)

    def values(self, index: int, name: str) -> Tensor:
        """See `BlockSource`."""
        return self._read(index, name)

    @contextmanager
    def at_hand(self, index: int) -> Iterator[None]:
        """See `BlockSource`."""
        self._bay.acquire()
        self._bring(index)
        self._bay.begin(index)
        try:
            yield
        finally:
            self._bay.end(index)
        # Only after this block's work is queued: waiting for a block that is still being read must not idle the device.
        for ahead in self._missing(index):
            self._bring(ahead)
            if self._bay.turns(ahead):
                break
        if index == self._bay.blocks - 1:
            self._successor = None

    def hand_over(self, successor: "BlockStream") -> None:
        """Announce, between walks, that the next one is the last before `successor` runs.

        Berths that both share then go to `successor` one by one, as soon as the last copy from them is done; otherwise
        its first walk would wait for its blocks to be read.
        """
        self._successor = successor
        for index in range(self._bay.blocks):
            if self._holds(index):
                successor._want(index)

    def _bring(self, index: int) -> None:
        if self._holds(index):
            return
        self._bay.bring(index, self._key(index), self._shelf.take(self._network, index, partial(self._load, index)))
        if self._successor is not None:
            self._successor._want(index)
            return
        for ahead in self._missing(index)[: self._shelf.ahead - 1]:
            self._want(ahead)

    def _want(self, index: int) -> None:
        self._shelf.want(self._network, index, partial(self._load, index))

    def _missing(self, index: int) -> list[int]:
        """Blocks to bring after this one, in order of use, including those of the next walk unless this is the last."""
        count = self._bay.blocks
        ahead = count - index if self._successor is not None else count
        order = [(index + step) % count for step in range(1, ahead)]
        return [block for block in order if not self._holds(block)]

    def _holds(self, index: int) -> bool:
        return self._bay.holds(index, self._key(index))

    def _key(self, index: int) -> tuple[int, int]:
        return self._network, index

    def _load(self, index: int, views: Mapping[str, Tensor]) -> None:
        for name, _ in self._blocks[index].named_parameters():
            # Quantised on the host: work of this thread on the device would queue behind the network's.
            self._store(index, views, name, self._read(index, name), torch.device("cpu"))

    def _store(self, index: int, views: Mapping[str, Tensor], name: str, tensor: Tensor, device: torch.device) -> None:
        for kept, values in kept_as(self._blocks[index], name, tensor, device).items():
            views[kept].copy_(values)


def walk(blocks: Iterable[Block], stream: BlockSource | None) -> Iterator[Block]:
    """Yield the blocks in order, each with its weights on the device until the next one is requested."""
    if stream is None:
        yield from blocks
        return
    for index, block in enumerate(blocks):
        with stream.at_hand(index):
            yield block
