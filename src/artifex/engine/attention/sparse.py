"""Training-free attention to the blocks of keys that matter most, after SpargeAttention (arXiv:2502.18137), with
equally many blocks for all queries."""

import torch
from torch import Tensor

from artifex.engine.attention.blocks import block_size, kept_blocks, near_order
from artifex.engine.attention.contract import Attention
from artifex.engine.attention.flash4_sparse import flash4_sparse_attention, takes
from artifex.engine.attention.gathered import gathered_attention
from artifex.engine.attention.parts import attend_to_some


class SparseAttention:
    """`PartialAttention` that skips blocks of keys in a clip's self-attention; everything else is dense."""

    def __init__(self, dense: Attention, density: float, frame: tuple[int, int]) -> None:
        """Make a dense backend sparse.

        Args:
            dense: computes everything but the self-attention of a clip's tokens.
            density: share of the blocks of keys that each block of queries attends to, above 0, up to 1.
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
        """See `PartialAttention`; always dense, because parts need not be whole frames."""
        return attend_to_some(self._dense, query, key, value)

    def _attend(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        size = block_size(query.shape[2])
        kept = kept_blocks(query, key, self._density, size)
        if takes(query, size):
            return flash4_sparse_attention(query, key, value, kept)
        return gathered_attention(query, key, value, kept, size)


def _ordered(x: Tensor, order: Tensor) -> Tensor:
    """Reorder the tokens of [batch, heads, tokens, head_dim], whose memory stays [batch, tokens, heads, head_dim]."""
    return x.transpose(1, 2)[:, order].transpose(1, 2)
