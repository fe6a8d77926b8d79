"""Attention by xFormers, which picks FlashAttention 3 or 2 or CUTLASS, depending on how it was built."""

from typing import Any

from torch import Tensor

from artifex.engine.attention.library import LibraryAttention


def _attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    from xformers.ops import memory_efficient_attention_forward  # pyright: ignore

    attend: Any = memory_efficient_attention_forward
    out: Tensor = attend(*(each.transpose(1, 2) for each in (query, key, value)))
    return out.transpose(1, 2)


xformers_attention = LibraryAttention("xformers", "xformers", "xformers", _attend, tolerance=0.01)
"""bfloat16 alone is 0.003 off."""
