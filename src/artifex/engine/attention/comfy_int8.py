"""Attention by comfy-kitchen: both products in int8, in kernels after SageAttention that come compiled."""

from typing import Any

from torch import Tensor

from artifex.engine.attention.library import LibraryAttention


def _attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    from comfy_kitchen import int8_attention  # pyright: ignore

    attend: Any = int8_attention
    return attend(query, key, value)


comfy_int8_attention = LibraryAttention("comfy-int8", "comfy-kitchen", "comfy_kitchen", _attend, tolerance=0.1)
"""The mean of noise that the self-test asks for is small beside what it is made of, and so is rounded the worst."""
