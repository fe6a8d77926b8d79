"""Attention heads in float8 with one scale per tensor, as kernels take them on Hopper.

Before rounding, queries and keys are rotated: each head's row is multiplied by an unnormalised Hadamard matrix, which
makes dot products `head_dim` times as large, and spreads a few large channels over all (QuaRot, arXiv:2404.00456). A
mean over tokens is subtracted from keys and values, because float8 would round it alike in all of them: in keys, it
does not change softmax; for values, it is added to the result (SageAttention, arXiv:2410.02367). Any row may serve as
the mean, so it is estimated from every sixteenth token.
"""

import math
from functools import lru_cache
from typing import NamedTuple

import torch
from torch import Tensor

from artifex.engine.kernels.eight_bits import LARGEST as LARGEST_OF
from artifex.engine.kernels.eight_bits import EightBits, Rows, empty_rows
from artifex.engine.kernels.operand_order import COLUMNS_AT_ONCE
from artifex.engine.kernels.rows import rotated_norm

LARGEST = LARGEST_OF[torch.float8_e4m3fn]
_SAMPLE = 16
"""The mean is estimated from one in so many tokens."""


class Narrow(NamedTuple):
    """A tensor [batch, tokens, heads, head_dim] in float8."""

    values: Tensor
    most: Tensor
    """Upper bound of the magnitudes before rounding, float32 [1], which is scaled to `LARGEST`."""
    mean: Tensor
    """What was subtracted from every token, float32 [batch, heads * head_dim]."""


class Projected(NamedTuple):
    """Projected queries or keys, and the RMS norm that `rotated_norm` is to apply."""

    x: Tensor
    """[batch, tokens, heads * head_dim], 16-bit."""
    weight: Tensor
    """[heads * head_dim]"""
    eps: float


def narrow(x: Tensor, *, rotates: bool, centres: bool) -> Narrow:
    """Round a 16-bit tensor [batch, tokens, heads, head_dim] to float8.

    Before that, its mean is subtracted if it `centres`, and then heads are rotated if it `rotates`.
    """
    from artifex.engine.kernels import triton_heads as triton

    x = x.contiguous()
    batch, _, heads, size = x.shape
    mean = _mean(x) if centres else x.new_zeros((batch, heads * size), dtype=torch.float32)
    most, out = x.new_zeros(1, dtype=torch.float32), torch.empty_like(x, dtype=torch.float8_e4m3fn)
    triton.launch(triton.largest, x, mean, most, rotates=rotates)
    triton.launch(triton.narrow, x, mean, most, out, rotates=rotates)
    return Narrow(out, most, mean)


def narrow_across(x: Tensor) -> Narrow:
    """`narrow` of values, centred and not rotated, with keys contiguous in memory and in the order of `operand_order`.

    Args:
        x: [batch, keys, heads, head_dim], 16-bit, contiguous.

    Returns:
        Values as [batch, keys', heads, head_dim], whose second axis is contiguous in memory, and padded with zeros to a
        multiple of `COLUMNS_AT_ONCE`.
    """
    from artifex.engine.kernels import triton_heads as triton

    (batch, keys, heads, size), mean = x.shape, _mean(x)
    most, padded = x.new_zeros(1, dtype=torch.float32), -(-keys // COLUMNS_AT_ONCE) * COLUMNS_AT_ONCE
    out = x.new_empty((batch, heads, size, padded), dtype=torch.float8_e4m3fn)
    triton.launch(triton.largest, x, mean, most, rotates=False)
    triton.launch_across(x, mean, most, out)
    return Narrow(out.permute(0, 3, 1, 2), most, mean)


def narrow_projected(projected: Projected, heads: int, table: Tensor, *, centres: bool) -> Narrow:
    """`rotated_norm`, then `narrow` with rotation, of queries or keys, in one pass over memory.

    The scale follows from a bound instead of the values: after an RMS norm no row is longer than the largest weight
    times the root of the width. Values are far smaller, which costs float8, a floating-point format, no accuracy.
    """
    from artifex.engine.kernels import triton_heads as triton

    x, weight, eps = projected
    batch, _, width = x.shape
    size = width // heads
    if centres:
        some = x[:, ::_SAMPLE].contiguous(), weight, eps, heads, table[::_SAMPLE]
        mean = rotated_norm(*some).mean(dim=1, dtype=torch.float32).flatten(1)
    else:
        mean = x.new_zeros((batch, width), dtype=torch.float32)
    most = weight.float().abs().amax().mul(math.sqrt(size * width) * (1 + centres)).view(1)
    out = torch.empty_like(x, dtype=torch.float8_e4m3fn).unflatten(2, (heads, size))
    triton.launch_projected(x.unflatten(2, (heads, size)), weight, table.contiguous(), eps, mean, most, out)
    return Narrow(out, most, mean)


def widen(x: Tensor, like: Narrow, dtype: torch.dtype) -> Rows:
    """Dequantise a tensor that has the scale of `like`, and add the mean of `like`.

    Args:
        x: [batch, tokens, heads, head_dim].
        like: the values that x is an average of; not rotated.
        dtype: of the result; an eight-bit one quantises it again, with a scale per row.

    Returns:
        [batch, tokens, heads * head_dim].
    """
    from artifex.engine.kernels import triton_heads as triton

    rows = x.flatten(2)
    values, scales = empty_rows(rows, dtype)
    triton.launch_widen(rows, like.mean, like.most, values, scales, LARGEST_OF.get(dtype, 0.0))
    return EightBits(values, scales) if dtype in LARGEST_OF else values


def _mean(x: Tensor) -> Tensor:
    return x[:, ::_SAMPLE].mean(dim=1, dtype=torch.float32).flatten(1)


@lru_cache(maxsize=8)
@torch.inference_mode(False)
def hadamard(size: int, dtype: torch.dtype, device: torch.device) -> Tensor:
    """Sylvester's Hadamard matrix of ones and minus ones, [size, size]; size is a power of two."""
    matrix = torch.ones((1, 1), dtype=dtype)
    while len(matrix) < size:
        matrix = torch.cat((torch.cat((matrix, matrix), 1), torch.cat((matrix, -matrix), 1)))
    return matrix.to(device)
