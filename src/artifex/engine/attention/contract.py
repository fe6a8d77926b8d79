"""What every attention backend computes."""

from typing import Protocol

from torch import Tensor


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
