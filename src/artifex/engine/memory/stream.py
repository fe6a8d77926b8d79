"""A network's blocks, brought to the device one after the other while it computes."""

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
"""Index of a block and the name of a parameter in it -> its values as they are stored."""

Block = TypeVar("Block", bound=nn.Module)


class BlockSource(Protocol):
    """Brings the blocks of one network to the device."""

    def keep(self, index: int, name: str, tensor: Tensor, device: torch.device) -> None:
        """Take one parameter while a model is loaded.

        Args:
            index: of the block.
            name: of the parameter in it.
            tensor: its values.
            device: quantises the parameter, if it is to be.
        """

    def values(self, index: int, name: str) -> Tensor:
        """A parameter's values as they are stored, wherever the block is now."""
        ...

    def at_hand(self, index: int) -> AbstractContextManager[None]:
        """Within it, what is asked to be computed with the block has its weights; the next ones are on their way."""
        ...


class BlockStream:
    """`BlockSource` from host memory, through a bay that it may share with others; the walk is cyclic and in order.

    A walk computes what one with all blocks on the device computes, bit for bit: only the place of the weights differs.
    """

    def __init__(self, blocks: Sequence[nn.Module], network: int, bay: Bay, shelf: Shelf, read: Read) -> None:
        """Bind the blocks to their places.

        Args:
            blocks: of equal layouts as the bay's; from here on their tensors are only meaningful at hand.
            network: its number on the shelf.
            bay: places on the device.
            shelf: berths in host memory.
            read: gives a parameter's values, in a thread, whenever a block is not on the shelf.
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
        """See `BlockSource`: it is put on the shelf, if there is room that no other block has taken."""
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
        # Only now, with this block's work queued: waiting for one that is still being read must not idle the device.
        for ahead in self._missing(index):
            self._bring(ahead)
            if self._bay.turns(ahead):
                break
        if index == self._bay.blocks - 1:
            self._successor = None

    def hand_over(self, successor: "BlockStream") -> None:
        """Tell, between walks, that the next one is the last.

        Room that both share on the shelf then goes to `successor`, block by block, as soon as the last copy out of it
        is made; otherwise its first walk would wait for its blocks to be read.
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
        """Blocks that have to be brought after this one, in the order of their turns; also those of the next walk."""
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
            # On the host: this is another thread, whose work on the device would queue behind the network's.
            self._store(index, views, name, self._read(index, name), torch.device("cpu"))

    def _store(self, index: int, views: Mapping[str, Tensor], name: str, tensor: Tensor, device: torch.device) -> None:
        for kept, values in kept_as(self._blocks[index], name, tensor, device).items():
            views[kept].copy_(values)


def walk(blocks: Iterable[Block], stream: BlockSource | None) -> Iterator[Block]:
    """The blocks in order, each with its weights on the device while it is the one in hand."""
    if stream is None:
        yield from blocks
        return
    for index, block in enumerate(blocks):
        with stream.at_hand(index):
            yield block
