"""Rows of numbers as eight bits and one scale each."""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from artifex.engine.kernels.door import fused

SMALLEST = 1e-12
"""Stands in for the largest value of a row of zeros."""

LARGEST = {torch.float8_e4m3fn: 448.0, torch.int8: 127.0}
"""By dtype, what the largest value of a row becomes."""


class EightBits(NamedTuple):
    """`values * scale` is what they stand for, nearly."""

    values: Tensor
    """[..., width], of a dtype in `LARGEST`."""
    scale: Tensor
    """Float32 [..., 1]."""

    def widened(self, dtype: torch.dtype) -> Tensor:
        """What they stand for."""
        return (self.values.float() * self.scale).to(dtype)


Rows = Tensor | EightBits
"""Rows of numbers for a linear layer, as it wants them."""


def quantise_rows(x: Tensor, dtype: torch.dtype) -> EightBits:
    """Scale every row so that its largest value just fits, and round to nearest.

    Args:
        x: [..., width], floating.
        dtype: torch.float8_e4m3fn or torch.int8.
    """
    if fused(x) and x.is_contiguous():
        return _fused(x, dtype)
    largest = torch.linalg.vector_norm(x, ord=math.inf, dim=-1, keepdim=True, dtype=torch.float32)
    largest = largest.clamp_min_(SMALLEST)
    scaled = x * (LARGEST[dtype] / largest)  # in float32: a product with float32 is
    # No value can end beyond the largest: an excess of one float32 rounding is rounded away again.
    return EightBits((scaled.round_() if dtype == torch.int8 else scaled).to(dtype), largest / LARGEST[dtype])


def as_rows(x: Tensor, dtype: torch.dtype) -> Rows:
    """In a dtype, which may be one of eight bits."""
    return quantise_rows(x, dtype) if dtype in LARGEST else x.to(dtype)


def empty_rows(like: Tensor, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Memory for rows of a dtype, shaped as others, and for their scales, which only those of eight bits have."""
    values = torch.empty_like(like, dtype=dtype)
    return values, like.new_empty((*like.shape[:-1], 1) if dtype in LARGEST else (1,), dtype=torch.float32)


def _fused(x: Tensor, dtype: torch.dtype) -> EightBits:
    from artifex.engine.kernels import triton_rows as triton

    values, scales = empty_rows(x, dtype)
    triton.launch(triton.quantise, scales.numel(), x.shape[-1], x, values, scales, x.shape[-1], largest=LARGEST[dtype])
    return EightBits(values, scales)
