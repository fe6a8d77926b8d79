"""Attention by comfy-kitchen: both products in int8, by precompiled kernels in the style of SageAttention."""

from typing import Any

from torch import Tensor

from artifex.engine.attention.library import LibraryAttention


def _attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    from comfy_kitchen import int8_attention  # pyright: ignore

    attend: Any = int8_attention
    return attend(query, key, value)


comfy_int8_attention = LibraryAttention("comfy-int8", "comfy-kitchen", "comfy_kitchen", _attend, tolerance=0.1)
"""A wide tolerance, because the self-test is a worst case: an average of noise is small compared with the values that
it is made of, whose rounding errors it inherits."""
