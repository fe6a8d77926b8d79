"""All tensors of a block in one contiguous buffer, so that the block moves in one copy."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

ALIGNMENT = 256
"""Bytes; that of CUDA's own allocations, which suffices for every kernel."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Where one tensor lies in the buffer."""

    start: int
    shape: tuple[int, ...]
    dtype: torch.dtype

    @property
    def bytes(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the tensors of a module lie in the buffer, by name."""

    pieces: Mapping[str, Piece]
    bytes: int

    @torch.inference_mode(False)  # views made in that mode could not become parameters
    def views(self, buffer: Tensor) -> Mapping[str, Tensor]:
        """The tensors as views of a buffer, uint8 [at least `bytes`]."""
        return {
            name: buffer[piece.start : piece.start + piece.bytes].view(piece.dtype).view(piece.shape)
            for name, piece in self.pieces.items()
        }


def layout_of(module: nn.Module) -> Layout:
    """The layout of a module's parameters and buffers; it may be on the meta device."""
    pieces: dict[str, Piece] = {}
    end = 0
    for name, tensor in [*module.named_parameters(), *module.named_buffers()]:
        start = -(-end // ALIGNMENT) * ALIGNMENT
        pieces[name] = Piece(start, tuple(tensor.shape), tensor.dtype)
        end = start + pieces[name].bytes
    return Layout(pieces, -(-end // ALIGNMENT) * ALIGNMENT)


def bind(module: nn.Module, tensors: Mapping[str, Tensor]) -> None:
    """Replace a module's parameters and buffers by these tensors, whatever their devices and dtypes."""
    for name, tensor in tensors.items():
        owner, _, leaf = name.rpartition(".")
        part = module.get_submodule(owner)
        if leaf in part._parameters:  # pyright: ignore[reportPrivateUsage] (setattr refuses another dtype's class)
            tensor = nn.Parameter(tensor, requires_grad=False)
        setattr(part, leaf, tensor)
