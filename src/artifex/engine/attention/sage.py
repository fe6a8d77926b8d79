"""Attention by SageAttention (arXiv:2410.02367): products of queries and keys in int8, of probabilities and values in
float16, whose range values have to keep to. Its kernels are Triton's, compiled when they are first called."""

from typing import Any

from torch import Tensor

from artifex.engine.attention.library import LibraryAttention


def _attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    from sageattention import sageattn  # pyright: ignore

    attend: Any = sageattn
    # By itself it would take the mean off in place. The last block of 64 keys it fills up with logits of 0: next to
    # logits whose mean is 0 that adds less than 64 in `FEWEST_KEYS` to what a row is divided by.
    centred = key - key.mean(dim=2, keepdim=True)
    return attend(query, centred, value, smooth_k=False)


sage_attention = LibraryAttention("sage", "sageattention", "sageattention", _attend, tolerance=0.05)
"""With noise its kernels are 0.01 to 0.04 off, as Triton's interpreter computes them."""
