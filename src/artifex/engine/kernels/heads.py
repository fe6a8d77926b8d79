"""The heads of attention in float8, a whole tensor under one scale, as cuDNN wants them on Hopper."""

from functools import lru_cache
from typing import NamedTuple

import torch
from torch import Tensor

LARGEST = 448.0
"""Of float8 e4m3."""


class Narrow(NamedTuple):
    """A tensor [batch, tokens, heads, head_dim] in float8."""

    values: Tensor
    most: Tensor
    """The largest magnitude there was, float32 [1]: it became `LARGEST`."""
    mean: Tensor
    """What was taken off every token, float32 [batch, 1, heads, head_dim]."""


def narrow(x: Tensor, *, rotates: bool, centres: bool) -> Narrow:
    """Round a tensor [batch, tokens, heads, head_dim] in contiguous memory to float8.

    Args:
        x: of 16 bits.
        rotates: multiply each row by a Hadamard matrix of ones: a product of two rows that are both rotated is
            `head_dim` times what it was, and what a few large channels hold is spread over all (QuaRot,
            arXiv:2404.00456).
        centres: take off the mean over all tokens, which float8 would round alike in all of them. Attention does not
            see it in keys, and gives it back in values (SageAttention, arXiv:2410.02367).
    """
    from artifex.engine.kernels import triton_heads as triton

    batch, tokens, heads, size = x.shape
    shape, of_clip = (batch, 1, heads, size), tokens * heads
    mean = x.mean(dim=1, keepdim=True, dtype=torch.float32) if centres else x.new_zeros(shape, dtype=torch.float32)
    most, out = x.new_zeros(1, dtype=torch.float32), torch.empty_like(x, dtype=torch.float8_e4m3fn)
    rows, matrix = batch * of_clip, hadamard(size, x.dtype, x.device)
    triton.launch(triton.largest, rows, size, x, mean, matrix, most, heads, of_clip, rotates=rotates)
    triton.launch(triton.narrow, rows, size, x, mean, matrix, most, out, heads, of_clip, rotates=rotates)
    return Narrow(out, most, mean)


def widen(x: Tensor, like: Narrow, dtype: torch.dtype) -> Tensor:
    """Float8 values [batch, tokens, heads, head_dim] of the scale and the mean of others, which were not rotated."""
    from artifex.engine.kernels import triton_heads as triton

    batch, tokens, heads, size = x.shape
    out, of_clip = torch.empty_like(x, dtype=dtype), tokens * heads
    triton.launch(triton.widen, batch * of_clip, size, x, like.mean, like.most, out, heads, of_clip)
    return out


@lru_cache(maxsize=8)
@torch.inference_mode(False)
def hadamard(size: int, dtype: torch.dtype, device: torch.device) -> Tensor:
    """Sylvester's matrix of ones and minus ones, [size, size]; size is a power of two."""
    matrix = torch.ones((1, 1), dtype=dtype)
    while len(matrix) < size:
        matrix = torch.cat((torch.cat((matrix, matrix), 1), torch.cat((matrix, -matrix), 1)))
    return matrix.to(device)
