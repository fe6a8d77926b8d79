"""Rows of numbers quantised to eight bits, with one scale per row."""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from artifex.engine.kernels.door import fused

SMALLEST = 1e-12
"""Lower limit of a row's largest magnitude, so that rows of zeros can be scaled."""

LARGEST = {torch.float8_e4m3fn: 448.0, torch.int8: 127.0}
"""By dtype, the value that a row's largest magnitude is scaled to."""


class EightBits(NamedTuple):
    """Quantised rows: `values * scale` is approximately the original."""

    values: Tensor
    """[..., width], of a dtype in `LARGEST`."""
    scale: Tensor
    """Float32 [..., 1]."""

    def widened(self, dtype: torch.dtype) -> Tensor:
        """The dequantised rows."""
        return (self.values.float() * self.scale).to(dtype)


Rows = Tensor | EightBits
"""Input rows of a linear layer, quantised or not."""


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
    scaled = x * (LARGEST[dtype] / largest)  # promoted to float32
    # No value ends up beyond the largest: an excess of one float32 rounding error disappears in the conversion.
    return EightBits((scaled.round_() if dtype == torch.int8 else scaled).to(dtype), largest / LARGEST[dtype])


def as_rows(x: Tensor, dtype: torch.dtype) -> Rows:
    """Convert to a dtype; to one of eight bits, quantise."""
    return quantise_rows(x, dtype) if dtype in LARGEST else x.to(dtype)


def empty_rows(like: Tensor, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Uninitialised rows of a dtype, shaped as `like`, and their scales (a placeholder unless in eight bits)."""
    values = torch.empty_like(like, dtype=dtype)
    return values, like.new_empty((*like.shape[:-1], 1) if dtype in LARGEST else (1,), dtype=torch.float32)


def _fused(x: Tensor, dtype: torch.dtype) -> EightBits:
    from artifex.engine.kernels import triton_rows as triton

    values, scales = empty_rows(x, dtype)
    triton.launch(triton.quantise, scales.numel(), x.shape[-1], x, values, scales, x.shape[-1], largest=LARGEST[dtype])
    return EightBits(values, scales)
