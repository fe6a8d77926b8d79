"""Attention to the blocks of keys that matter most, without training: SpargeAttention's idea (arXiv:2502.18137), with
equally many blocks for all queries."""

import torch
from torch import Tensor

from artifex.engine.attention.blocks import block_size, kept_blocks, near_order
from artifex.engine.attention.contract import Attention
from artifex.engine.attention.flash4_sparse import flash4_sparse_attention, takes
from artifex.engine.attention.gathered import gathered_attention
from artifex.engine.attention.parts import attend_to_some


class SparseAttention:
    """`PartialAttention` of a clip's tokens to one another, which leaves out keys; anything else it hands on."""

    def __init__(self, dense: Attention, density: float, frame: tuple[int, int]) -> None:
        """Leave out some of it.

        Args:
            dense: computes everything that is not a clip's tokens among themselves.
            density: share of the keys' blocks that each block of queries looks at, above 0, up to 1.
            frame: rows and columns of tokens in a frame.
        """
        self._dense = dense
        self._density = density
        self._frame = frame

    def __call__(self, query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None = None) -> Tensor:
        """See `Attention`."""
        if bias is not None or query.shape != key.shape:
            return self._dense(query, key, value, bias)
        order = near_order(query.shape[2], *self._frame, query.device)
        mixed = self._attend(*(_ordered(each, order) for each in (query, key, value)))
        out = torch.empty_like(mixed)
        out[:, :, order] = mixed
        return out

    def to_some(self, query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """See `PartialAttention`: of parts, which need not be whole frames, nothing is left out."""
        return attend_to_some(self._dense, query, key, value)

    def _attend(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        size = block_size(query.shape[2])
        kept = kept_blocks(query, key, self._density, size)
        if takes(query, size):
            return flash4_sparse_attention(query, key, value, kept)
        return gathered_attention(query, key, value, kept, size)


def _ordered(x: Tensor, order: Tensor) -> Tensor:
    """[batch, heads, tokens, head_dim], which lies as [batch, tokens, heads, head_dim] and so shall."""
    return x.transpose(1, 2)[:, order].transpose(1, 2)
