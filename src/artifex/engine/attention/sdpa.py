"""Attention through torch, which chooses among its own kernels (flash, memory-efficient, cuDNN, plain)."""

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.nn.attention import SDPBackend


def sdpa_attention(query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None = None) -> Tensor:
    """`Attention` by `torch.nn.functional.scaled_dot_product_attention`: every device, every dtype."""
    mask = None if bias is None else bias[:, None, None, :].to(query.dtype)
    return F.scaled_dot_product_attention(query, key, value, attn_mask=mask)


def sdpa_to_some(query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
    """`PartialAttention.to_some` by the kernel that torch chooses for these tensors.

    It calls torch's internal operators because the public function does not return the log-sum-exps of its kernels.
    """
    kernels = torch.ops.aten
    if query.device.type == "cpu":
        mixed, sums = kernels._scaled_dot_product_flash_attention_for_cpu(query, key, value)[:2]
        return mixed, sums
    choice = torch._fused_sdp_choice(query, key, value)  # pyright: ignore[reportPrivateUsage, reportPrivateImportUsage]
    match SDPBackend(choice):
        case SDPBackend.CUDNN_ATTENTION:
            found = kernels._scaled_dot_product_cudnn_attention(query, key, value, None, True)
        case SDPBackend.FLASH_ATTENTION:
            found = kernels._scaled_dot_product_flash_attention(query, key, value)
        case _:
            found = kernels._scaled_dot_product_efficient_attention(query, key, value, None, True)
    # Log-sum-exps may have one more dimension, or be padded beyond the number of queries.
    return found[0], found[1].flatten(2)[:, :, : query.shape[2]]
