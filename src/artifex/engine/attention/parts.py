"""Attention to all keys, computed part by part; results are merged as in FlashAttention (arXiv:2205.14135)."""

import torch
from torch import Tensor

from artifex.engine.attention.contract import Attention, PartialAttention
from artifex.engine.attention.sdpa import sdpa_to_some


def attend_to_some(attention: Attention, query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
    """`PartialAttention.to_some` of a backend, or torch's if the backend is none, as those in eight bits."""
    if isinstance(attention, PartialAttention):
        return attention.to_some(query, key, value)
    return sdpa_to_some(query, key, value)


class JoinedParts:
    """Merged attention to the keys of all parts added so far, in float32."""

    def __init__(self, mixed: Tensor, sums: Tensor) -> None:
        """Start with one part, as `attend_to_some` returns it."""
        self._dtype = mixed.dtype
        self._mixed, self._sums = mixed.float(), sums.float()

    def add(self, mixed: Tensor, sums: Tensor) -> None:
        """Add a part, weighted by its share of the sum of exponentials."""
        share = torch.sigmoid(sums - self._sums)
        self._mixed.lerp_(mixed.float(), share[..., None])
        self._sums = torch.logaddexp(self._sums, sums)

    @property
    def mixed(self) -> Tensor:
        """[batch, heads, queries, head_dim], in the dtype of the parts."""
        return self._mixed.to(self._dtype)
