"""Rows of numbers as eight bits and one scale each."""

import math

import torch
from torch import Tensor

from artifex.engine.kernels.door import fused

_SMALLEST = 1e-12
"""Stands in for the largest value of a row of zeros."""

LARGEST = {torch.float8_e4m3fn: 448.0, torch.int8: 127.0}
"""By dtype, what the largest value of a row becomes."""


def quantise_rows(x: Tensor, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Scale every row so that its largest value just fits, and round to nearest.

    Args:
        x: [..., width], floating.
        dtype: torch.float8_e4m3fn or torch.int8.

    Returns:
        Values of `dtype`, shaped as x, and scales, float32 [..., 1]: values times scale is x, nearly.
    """
    if fused(x) and x.is_contiguous():
        return _fused(x, dtype)
    largest = torch.linalg.vector_norm(x, ord=math.inf, dim=-1, keepdim=True, dtype=torch.float32)
    largest = largest.clamp_min_(_SMALLEST)
    scaled = x * (LARGEST[dtype] / largest)  # in float32: a product with float32 is
    # No value can end beyond the largest: an excess of one float32 rounding is rounded away again.
    return (scaled.round_() if dtype == torch.int8 else scaled).to(dtype), largest / LARGEST[dtype]


def _fused(x: Tensor, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    from artifex.engine.kernels import triton_rows as triton

    values, scales = torch.empty_like(x, dtype=dtype), x.new_empty((*x.shape[:-1], 1), dtype=torch.float32)
    rows, width = scales.numel(), x.shape[-1]
    most = LARGEST[dtype]
    triton.launch(triton.quantise, rows, width, x, values, scales, width, most, _SMALLEST, rounds=dtype == torch.int8)
    return values, scales
