"""Attention in float8: what its backends have in common, which is everything but the attention kernel."""

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from artifex.engine.attention.sdpa import sdpa_attention
from artifex.engine.attention.self_test import projections_wrong_by, wrong_by
from artifex.engine.kernels.door import fused
from artifex.engine.kernels.eight_bits import Rows, as_rows
from artifex.engine.kernels.heads import Narrow, Projected, narrow, narrow_projected
from artifex.engine.kernels.rows import rotated_norm

FEWEST_KEYS = 2048
TOLERANCE = 0.15
"""Relative error that the self-test allows. On noise it is 0.08: an average of noise is small beside its terms."""
_HEAD_DIMS = (64, 128)


class Mix(Protocol):
    """An attention kernel in float8."""

    def __call__(self, query: Narrow, key: Narrow, value: Tensor, dtype: torch.dtype) -> Rows:
        """Attend from every query to every key.

        Args:
            query: rotated (see `kernels.heads`).
            key: likewise, with a mean subtracted.
            value: 16-bit, [batch, keys, heads, head_dim], contiguous.
            dtype: of the result; an eight-bit one quantises it.

        Returns:
            [batch, queries, heads * head_dim].
        """
        ...


@dataclass(frozen=True)
class NarrowAttention:
    """`FusedAttention` in float8 for long sequences.

    Calls with few keys, as of prompts, or with a bias go through torch: there float8 gains nothing.
    """

    mix: Mix
    head_dims: tuple[int, ...] = _HEAD_DIMS

    def __call__(self, query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None = None) -> Tensor:
        """See `Attention`."""
        if bias is not None or not self._pays(key.shape[2], query.shape[-1]):
            return sdpa_attention(query, key, value, bias)
        return self._attend(query, key, value)

    def from_projections(
        self, query: Projected, key: Projected, value: Tensor, heads: int, table: Tensor, dtype: torch.dtype
    ) -> Rows:
        """See `FusedAttention`."""
        split = value.unflatten(2, (heads, -1))
        if not (self._pays(value.shape[1], split.shape[-1]) and fused(value) and value.is_contiguous()):
            turned, against = (rotated_norm(each.x, each.weight, each.eps, heads, table) for each in (query, key))
            mixed = sdpa_attention(turned.transpose(1, 2), against.transpose(1, 2), split.transpose(1, 2))
            return as_rows(mixed.transpose(1, 2).flatten(2), dtype)
        return self._attend_projected(query, key, value, heads, table, dtype)

    def wrong_by(self, device: torch.device) -> float:
        """Largest relative error against float32 of all entry points."""
        dtypes = (torch.bfloat16, torch.float8_e4m3fn)
        ways = [projections_wrong_by(self._attend_projected, device, dtype) for dtype in dtypes]
        return max(wrong_by(self._attend, device, sharpness=2.0), *ways)

    def _pays(self, keys: int, size: int) -> bool:
        return keys >= FEWEST_KEYS and size in self.head_dims

    def _attend(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        queries = narrow(query.transpose(1, 2), rotates=True, centres=False)
        keys = narrow(key.transpose(1, 2), rotates=True, centres=True)
        mixed = self.mix(queries, keys, value.transpose(1, 2).contiguous(), query.dtype)
        assert isinstance(mixed, Tensor)
        return mixed.unflatten(2, queries.values.shape[2:]).transpose(1, 2)

    def _attend_projected(
        self, query: Projected, key: Projected, value: Tensor, heads: int, table: Tensor, dtype: torch.dtype
    ) -> Rows:
        """`from_projections` by the kernels, which support no gradients."""
        queries = narrow_projected(query, heads, table, centres=False)
        keys = narrow_projected(key, heads, table, centres=True)
        return self.mix(queries, keys, value.unflatten(2, (heads, -1)), dtype)
