"""Places a model's transformers and text encoder as a plan says: on the device, streamed or sharded."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from artifex.catalog.execution import Execution
from artifex.catalog.wan.transformer import WanTransformer
from artifex.catalog.wan.transformer_block import Block
from artifex.catalog.wan.umt5 import UMT5Encoder
from artifex.engine.attention import Winners, pick_attention
from artifex.engine.memory.bay import Bay
from artifex.engine.memory.layout import layout_of
from artifex.engine.memory.pinned import PinnedMemory
from artifex.engine.memory.shelf import Shelf
from artifex.engine.memory.shortage import give_back
from artifex.engine.memory.stream import BlockSource, BlockStream, Read
from artifex.engine.memory.turns import PASSING
from artifex.engine.parallel.block_shares import BlockShares, shared_layouts
from artifex.engine.parallel.links import Links
from artifex.engine.quant.linear import Kind, quantise_linears
from artifex.engine.quant.place import place_quantised
from artifex.engine.weights.contract import TensorSource
from artifex.engine.weights.fill import Place, place_on

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}

Rename = Callable[[str], str]


class Residency:
    """Places the blocks of a model's transformers. Prepare each transformer, in order, before it is filled."""

    def __init__(self, execution: Execution, experts: int, rank: int = 0, winners: Winners | None = None) -> None:
        """Take the plan's choices.

        Args:
            execution: the choices.
            experts: how many transformers will be prepared.
            rank: of this process among those that make the clip.
            winners: see `pick_attention`.
        """
        self._winners = winners
        self._execution = execution
        self._experts = experts
        self._device = torch.device(execution.device)
        self._dtype = DTYPES[execution.dtype]
        self._rank = rank
        self._streams: list[BlockStream] = []
        self._shares: list[BlockShares] = []
        self._links: Links | None = None
        self._bay: Bay | None = None
        self._shelf: Shelf | None = None

    def prepare(self, network: WanTransformer, source: TensorSource, rename: Rename = str) -> Place:
        """Set up an empty transformer as planned; returns the `place` to fill it with.

        Args:
            network: on the meta device.
            source: its weights, read again whenever a streamed block is not in host memory.
            rename: name in the source -> name in the network.

        Raises:
            NotAvailable: the device cannot compute with the plan's quantisation.
        """
        network.to(self._dtype)
        network.chunk_tokens(self._execution.token_chunk)
        if self._execution.quantisation != "none":
            self._round(list(network.blocks)[1:-1], self._execution.quantisation)
        outside = place_quantised(network, place_on(self._device, self._dtype))
        if not self._execution.sharded and self._execution.resident_blocks is None:
            return outside
        bring = self._share if self._execution.sharded else self._stream
        network.stream = bring(list(network.blocks), _reader("blocks", source, rename))
        return _place_streamed(network, "blocks", network.stream, outside, self._device)

    def link(self, links: Links) -> None:
        """Gather sharded blocks through these links; all processes must call it at the same time."""
        if self._shares and links is not self._links:
            self._links, group = links, links.beside(self._device)
            for each in self._shares:
                each.group = group

    def _round(self, blocks: Sequence[nn.Module], kind: Kind) -> None:
        """Quantise the linear layers of blocks and, with float8, allow eight-bit self-attention as well."""
        quantise_linears(blocks, kind, self._device)
        if kind == "fp8":
            name, device = self._execution.attention, self._device
            attention = pick_attention(name, device, may_round=True, winners=self._winners)
            for block in blocks:
                assert isinstance(block, Block)
                block.attn1.attention = attention

    def hand_over(self) -> None:
        """Announce that the next pass is the first transformer's last; see `BlockStream.hand_over`."""
        if len(self._streams) == 2:
            self._streams[0].hand_over(self._streams[1])

    def release(self) -> None:
        """Take streamed or gathered blocks off the device, to make room; the next pass brings them back."""
        if self._bay is not None:
            self._bay.release()
            give_back()

    def close(self) -> None:
        """Free device and host memory; the transformers cannot be used afterwards."""
        if self._bay is not None:
            self._bay.release()
        if self._shelf is not None:
            self._shelf.close()

    def _share(self, blocks: Sequence[nn.Module], read: Read) -> BlockShares:
        layouts = shared_layouts(blocks, self._execution.gpus)
        self._bay = self._bay or Bay(layouts, 0, self._device)
        shares = BlockShares(blocks, layouts, self._bay, self._rank, self._execution.gpus, read)
        self._shares.append(shares)
        return shares

    def _stream(self, blocks: Sequence[nn.Module], read: Read) -> BlockStream:
        if self._bay is None or self._shelf is None:
            layouts = [layout_of(block) for block in blocks]
            count, kept = len(blocks), self._execution.host_blocks
            networks = self._experts if kept is None or kept >= self._experts * count else 1
            berths = count if kept is None else min(count, kept)
            self._bay = Bay(layouts, self._execution.resident_blocks or 0, self._device)
            self._shelf = Shelf(layouts, networks, berths, PinnedMemory(self._device))
        stream = BlockStream(blocks, len(self._streams), self._bay, self._shelf, read)
        self._streams.append(stream)
        return stream


@contextmanager
def at_hand(networks: Sequence[nn.Module], execution: Execution) -> Iterator[None]:
    """Move networks (the VAE's halves) to the device until the block ends, where they are otherwise on the host."""
    if execution.resident_blocks is None:
        yield
        return
    for network in networks:
        network.to(execution.device)
    try:
        yield
    finally:
        for network in networks:
            network.to("cpu")
        give_back()


class StreamedText:
    """A text encoder whose blocks are streamed to the device; its token embedding stays on the host."""

    def __init__(self, network: UMT5Encoder, source: TensorSource, rename: Rename, execution: Execution) -> None:
        """Prepare an empty encoder; fill it with `place`. Arguments as in `Residency.prepare`."""
        device, dtype = torch.device(execution.device), DTYPES[execution.dtype]
        network.to(dtype)
        blocks = list(network.encoder.block)
        layouts = [layout_of(block) for block in blocks]
        self._bay = Bay(layouts, 0, device)
        self._shelf = Shelf(layouts, 1, min(PASSING, len(blocks)), PinnedMemory(device))
        prefix = "encoder.block"
        network.stream = BlockStream(blocks, 0, self._bay, self._shelf, _reader(prefix, source, rename))

        def outside(name: str, tensor: Tensor) -> Tensor:
            return tensor.to(device="cpu" if name == "shared.weight" else device, dtype=dtype)

        self.place = _place_streamed(network, prefix, network.stream, outside, device)

    def close(self) -> None:
        """Free device and host memory; the encoder cannot be used afterwards."""
        self._bay.release()
        self._shelf.close()
        give_back()


def _reader(prefix: str, source: TensorSource, rename: Rename) -> Read:
    stored = {rename(name): name for name in source.tensors}
    return lambda index, name: source.read(stored[f"{prefix}.{index}.{name}"])


def _place_streamed(
    network: nn.Module, prefix: str, stream: BlockSource, outside: Place, device: torch.device
) -> Place:
    """A `place` that hands blocks to their stream, which has bound them to the device; the rest goes to `outside`."""

    def place(name: str, tensor: Tensor) -> Tensor:
        if not name.startswith(f"{prefix}."):
            return outside(name, tensor)
        index, _, inner = name.removeprefix(f"{prefix}.").partition(".")
        stream.keep(int(index), inner, tensor, device)
        return network.get_parameter(name)

    return place
