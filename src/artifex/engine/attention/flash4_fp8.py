"""Attention in float8 by FlashAttention 4 on NVIDIA's Hopper, with our own kernel."""

from functools import lru_cache

import torch
from torch import Tensor

from artifex.engine.attention.flash4 import doubt_kernels, lacking
from artifex.engine.attention.narrowed import TOLERANCE, NarrowAttention
from artifex.engine.attention.self_test import require
from artifex.engine.kernels.door import works
from artifex.engine.kernels.eight_bits import SMALLEST, Rows
from artifex.engine.kernels.heads import LARGEST, Narrow, narrow_across, widen


def require_flash4_fp8(device: torch.device) -> None:
    """Raise NotAvailable, with the reason, where it does not work or is too far from float32."""
    require("flash-4-fp8", _reason(device))


def _mix(query: Narrow, key: Narrow, value: Tensor, dtype: torch.dtype) -> Rows:
    values = narrow_across(value)
    return widen(_run(query, key, values), values, dtype)


flash4_fp8_attention = NarrowAttention(_mix, head_dims=(128,))


def _run(query: Narrow, key: Narrow, value: Narrow) -> Tensor:
    """Attend; bfloat16 [batch, queries, heads, head_dim], in units of the values' scale."""
    from artifex.engine.attention.flash4_fp8_kernel import compiled

    out = torch.empty_like(query.values, dtype=torch.bfloat16)
    scales = torch.cat((query.most, key.most)).clamp_min(SMALLEST) / LARGEST
    # Queries and keys are rotated by an unnormalised Hadamard matrix, which makes logits `head_dim` times as large.
    attend, logit_scale = compiled(), query.values.shape[-1] ** -1.5
    with torch.cuda.device(out.device):
        attend(
            query.values, key.values, value.values, out, None, logit_scale, *[None] * 9, ((scales,), None), None, None
        )
    return out


@lru_cache(maxsize=16)
def _reason(device: torch.device) -> str:
    """Why it cannot be used on the device; empty if it works."""
    reason = lacking(device) or ("" if works(device) else "Triton does not work")
    return reason or doubt_kernels(lambda: flash4_fp8_attention.wrong_by(device), TOLERANCE)
