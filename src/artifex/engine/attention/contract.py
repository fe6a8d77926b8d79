"""What every attention backend computes."""

from typing import Protocol, runtime_checkable

import torch
from torch import Tensor

from artifex.engine.kernels.eight_bits import Rows
from artifex.engine.kernels.heads import Projected


class Attention(Protocol):
    """Scaled dot-product attention, `softmax(q k^T / sqrt(head_dim) + bias) v`, without dropout or causal mask."""

    def __call__(self, query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None = None) -> Tensor:
        """Attend from every query to every key.

        Args:
            query: [batch, heads, queries, head_dim].
            key: [batch, heads, keys, head_dim].
            value: [batch, heads, keys, head_dim].
            bias: added to the logits, [batch, keys]; -inf takes a key out. None means zeros.

        Returns:
            [batch, heads, queries, head_dim] in the query's dtype.
        """
        ...


@runtime_checkable
class PartialAttention(Attention, Protocol):
    """A backend that can attend to some of the keys, and tell what it takes to join that with the others."""

    def to_some(self, query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """Attend to these keys only; arguments as of `Attention`.

        Returns:
            [batch, heads, queries, head_dim] in the query's dtype, and the logarithm of the sum of each query's
            exponentials, [batch, heads, queries], float32.
        """
        ...


@runtime_checkable
class FusedAttention(Attention, Protocol):
    """A backend that norms and turns queries and keys itself, and gives rows as the next projection wants them."""

    def from_projections(
        self, query: Projected, key: Projected, value: Tensor, heads: int, table: Tensor, dtype: torch.dtype
    ) -> Rows:
        """Attend from every token to every token.

        Args:
            query: as it was projected.
            key: likewise.
            value: [batch, tokens, heads * head_dim].
            heads: how many there are.
            table: of positions, as `rotated_norm` takes it.
            dtype: of the result, perhaps of eight bits.

        Returns:
            [batch, tokens, heads * head_dim].
        """
        ...
