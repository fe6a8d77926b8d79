"""Interfaces of attention backends."""

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
            bias: added to the logits, [batch, keys]; -inf masks a key out. None means zeros.

        Returns:
            [batch, heads, queries, head_dim] in the query's dtype.
        """
        ...


@runtime_checkable
class PartialAttention(Attention, Protocol):
    """A backend that can attend to part of the keys, and also returns what is needed to merge results of all parts."""

    def to_some(self, query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """Attend to these keys only; arguments as of `Attention`.

        Returns:
            [batch, heads, queries, head_dim] in the query's dtype, and the log-sum-exp of each query's logits,
            [batch, heads, queries], float32.
        """
        ...


@runtime_checkable
class FusedAttention(Attention, Protocol):
    """A backend that also applies RMS norm and rotary embedding to queries and keys, and can quantise its result."""

    def from_projections(
        self, query: Projected, key: Projected, value: Tensor, heads: int, table: Tensor, dtype: torch.dtype
    ) -> Rows:
        """Attend from every token to every token.

        Args:
            query: output of the projection, with the norm to apply.
            key: likewise.
            value: [batch, tokens, heads * head_dim].
            heads: number of heads.
            table: rotary cosines and sines, as for `rotated_norm`.
            dtype: of the result; an eight-bit one quantises it (`EightBits`).

        Returns:
            [batch, tokens, heads * head_dim].
        """
        ...
