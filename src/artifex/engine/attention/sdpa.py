"""Attention through torch, which chooses among its own kernels (flash, memory-efficient, cuDNN, plain)."""

from torch import Tensor
from torch.nn import functional as F


def sdpa_attention(query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None = None) -> Tensor:
    """`Attention` by `torch.nn.functional.scaled_dot_product_attention`: every device, every dtype."""
    mask = None if bias is None else bias[:, None, None, :].to(query.dtype)
    return F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
