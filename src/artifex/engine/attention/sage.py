"""Attention by SageAttention (arXiv:2410.02367): queries times keys in int8, probabilities times values in float16,
whose range values must not exceed. Its Triton kernels are compiled when they are first called."""

from typing import Any

from torch import Tensor

from artifex.engine.attention.library import LibraryAttention


def _attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    from sageattention import sageattn  # pyright: ignore

    attend: Any = sageattn
    # The package would subtract the mean in place. It pads the last block of 64 keys with logits of 0: as centred
    # logits have a mean of 0, that increases the softmax denominator by less than 64 / `FEWEST_KEYS`.
    centred = key - key.mean(dim=2, keepdim=True)
    return attend(query, centred, value, smooth_k=False)


sage_attention = LibraryAttention("sage", "sageattention", "sageattention", _attend, tolerance=0.05)
"""On noise its kernels are 0.01 to 0.04 off, measured with Triton's interpreter."""
