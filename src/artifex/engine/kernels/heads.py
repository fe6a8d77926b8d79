"""The heads of attention in float8, a whole tensor under one scale, as kernels want them on Hopper.

Before they are rounded, queries and keys are rotated: each head's row is multiplied by a Hadamard matrix of ones, so
that a product of two rows is `head_dim` times what it was, and what a few large channels hold is spread over all
(QuaRot, arXiv:2404.00456). Keys and values lose a mean, which float8 would round alike in all tokens: attention does
not see it in keys, and gives it back in values (SageAttention, arXiv:2410.02367). Any row may stand for the mean, so
every sixteenth token is enough to find one.
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
"""Of so many tokens, one is looked at for the mean."""


class Narrow(NamedTuple):
    """A tensor [batch, tokens, heads, head_dim] in float8."""

    values: Tensor
    most: Tensor
    """No magnitude was larger, float32 [1]: it would have become `LARGEST`."""
    mean: Tensor
    """What was taken off every token, float32 [batch, heads * head_dim]."""


class Projected(NamedTuple):
    """Queries or keys as they were projected, which `rotated_norm` is to norm and turn."""

    x: Tensor
    """[batch, tokens, heads * head_dim], of 16 bits."""
    weight: Tensor
    """[heads * head_dim]"""
    eps: float


def narrow(x: Tensor, *, rotates: bool, centres: bool) -> Narrow:
    """Round a tensor of 16 bits [batch, tokens, heads, head_dim] to float8, after rotating it and taking off a mean."""
    from artifex.engine.kernels import triton_heads as triton

    x = x.contiguous()
    batch, _, heads, size = x.shape
    mean = _mean(x) if centres else x.new_zeros((batch, heads * size), dtype=torch.float32)
    most, out = x.new_zeros(1, dtype=torch.float32), torch.empty_like(x, dtype=torch.float8_e4m3fn)
    triton.launch(triton.largest, x, mean, most, rotates=rotates)
    triton.launch(triton.narrow, x, mean, most, out, rotates=rotates)
    return Narrow(out, most, mean)


def narrow_across(x: Tensor) -> Narrow:
    """`narrow` of values, centred and not rotated, whose keys lie side by side in the order of `operand_order.py`.

    Args:
        x: [batch, keys, heads, head_dim], of 16 bits, contiguous.

    Returns:
        Values as [batch, keys', heads, head_dim], of which neighbours in memory are neighbours in the second axis; it
        ends with zeros, where there are no whole `COLUMNS_AT_ONCE`.
    """
    from artifex.engine.kernels import triton_heads as triton

    (batch, keys, heads, size), mean = x.shape, _mean(x)
    most, padded = x.new_zeros(1, dtype=torch.float32), -(-keys // COLUMNS_AT_ONCE) * COLUMNS_AT_ONCE
    out = x.new_empty((batch, heads, size, padded), dtype=torch.float8_e4m3fn)
    triton.launch(triton.largest, x, mean, most, rotates=False)
    triton.launch_across(x, mean, most, out)
    return Narrow(out.permute(0, 3, 1, 2), most, mean)


def narrow_projected(projected: Projected, heads: int, table: Tensor, *, centres: bool) -> Narrow:
    """`narrow` of what `rotated_norm` makes of queries or keys, in one pass over memory.

    Nothing is looked at to find the scale: after an RMS norm no row is longer than the largest weight times the root
    of the width. That is far more than there is, which costs float8 no accuracy.
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
    """Float8 values of the scale and the mean of others, which were not rotated.

    Args:
        x: [batch, tokens, heads, head_dim].
        like: the others.
        dtype: of the result, perhaps of eight bits with a scale for each row.

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
    """Sylvester's matrix of ones and minus ones, [size, size]; size is a power of two."""
    matrix = torch.ones((1, 1), dtype=dtype)
    while len(matrix) < size:
        matrix = torch.cat((torch.cat((matrix, matrix), 1), torch.cat((matrix, -matrix), 1)))
    return matrix.to(device)
