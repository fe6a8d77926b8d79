# pyright: basic, reportMissingImports=false
"""Triton kernels over attention heads: eight bits, with one scale per tensor."""

from typing import Any, cast

import torch
import triton
import triton.language as tl

from artifex.engine.kernels.eight_bits import LARGEST as LARGEST_OF
from artifex.engine.kernels.heads import hadamard
from artifex.engine.kernels.operand_order import COLUMNS_AT_ONCE
from artifex.engine.kernels.triton_rows import SMALLEST, keep, warps

LARGEST = tl.constexpr(LARGEST_OF[torch.float8_e4m3fn])
TOKENS = 4
"""Per program of `largest` and `narrow`, one after the other, so that it reads the matrix once for all of them."""
TOKENS_AT_ONCE = 64
"""Per program of `narrow_projected`."""
TOKENS_ACROSS = 128
"""Per program of `narrow_across`."""
_FEWEST_HEADS = 16
"""`tl.dot` takes no fewer rows."""


@triton.jit
def _token(
    x, mean, matrix, row, clip, width, rotates: tl.constexpr, size: tl.constexpr, block: tl.constexpr
):  # fmt: skip
    """`token - mean` of every head, multiplied by `matrix` if it `rotates`; float32 [heads, size]."""
    column = tl.arange(0, block)
    values = tl.load(x + row * width + column, mask=column < width, other=0.0).to(tl.float32)
    values -= tl.load(mean + clip * width + column, mask=column < width, other=0.0)
    heads = tl.reshape(values, (block // size, size))
    if rotates:
        heads = tl.dot(heads.to(matrix.dtype), matrix)
    return heads


@triton.jit
def _square(matrix, size: tl.constexpr):
    return tl.load(matrix + tl.arange(0, size)[:, None] * size + tl.arange(0, size)[None, :])


@triton.jit
def largest(
    x, mean, matrix, most, tokens, width,
    rotates: tl.constexpr, count: tl.constexpr, size: tl.constexpr, block: tl.constexpr,
):  # fmt: skip
    """Increase `most` to the largest magnitude of all `_token`s."""
    clip = tl.program_id(1).to(tl.int64)
    square = _square(matrix, size)
    start, found = tl.program_id(0) * count, 0.0
    for token in range(start, tl.minimum(start + count, tokens)):
        heads = _token(x, mean, square, clip * tokens + token, clip, width, rotates, size, block)
        found = tl.maximum(found, tl.max(tl.abs(heads)))
    tl.atomic_max(most, found)


@triton.jit
def narrow(
    x, mean, matrix, most, out, tokens, width,
    rotates: tl.constexpr, count: tl.constexpr, size: tl.constexpr, block: tl.constexpr,
):  # fmt: skip
    """Store every `_token` as float8, scaled so that `most` becomes `LARGEST`."""
    clip = tl.program_id(1).to(tl.int64)
    square = _square(matrix, size)
    scale = LARGEST / tl.maximum(tl.load(most), SMALLEST)
    at = tl.arange(0, block // size)[:, None] * size + tl.arange(0, size)[None, :]
    start = tl.program_id(0) * count
    for token in range(start, tl.minimum(start + count, tokens)):
        row = clip * tokens + token
        heads = _token(x, mean, square, row, clip, width, rotates, size, block)
        tl.store(out + row * width + at, (heads * scale).to(out.dtype.element_ty), mask=at < width)


@triton.jit
def narrow_projected(
    x, weight, table, mean, matrix, most, out, tokens, heads, eps, count: tl.constexpr, size: tl.constexpr
):
    """`rows.rotated_norm` of some tokens, then `narrow` with rotation, one head after the other."""
    clip = tl.program_id(1).to(tl.int64)
    token = tl.program_id(0) * count + tl.arange(0, count)
    inside, column, width = (token < tokens)[:, None], tl.arange(0, size)[None, :], heads * size
    at = (clip * tokens + token).to(tl.int64)[:, None] * width + column
    squares = tl.zeros((count,), tl.float32)
    for head in range(heads):
        values = tl.load(x + at + head * size, mask=inside, other=0.0).to(tl.float32)
        squares += tl.sum(values * values, 1)
    factor = tl.rsqrt(squares / width + eps)[:, None]
    angles = tl.load(table + token[:, None] * size + column, mask=inside, other=0.0)
    cosine, sine = tl.split(tl.reshape(angles, (count, size // 2, 2)))
    square, scale = _square(matrix, size), LARGEST / tl.maximum(tl.load(most), SMALLEST)
    for head in range(heads):
        values = tl.load(x + at + head * size, mask=inside, other=0.0).to(tl.float32)
        values *= factor * tl.load(weight + head * size + column).to(tl.float32)
        even, odd = tl.split(tl.reshape(values, (count, size // 2, 2)))
        turned = tl.reshape(tl.join(even * cosine - odd * sine, even * sine + odd * cosine), (count, size))
        turned -= tl.load(mean + clip * width + head * size + column)
        rotated = tl.dot(turned.to(square.dtype), square) * scale
        tl.store(out + at + head * size, rotated.to(out.dtype.element_ty), mask=inside)


@triton.jit
def narrow_across(
    x, mean, most, out, tokens, padded, heads, whole: tl.constexpr, count: tl.constexpr, size: tl.constexpr
):  # fmt: skip
    """`narrow` some tokens of a head and store them transposed, every `whole` tokens in the order of `column_at`."""
    head, clip = tl.program_id(1), tl.program_id(2).to(tl.int64)
    place, column = tl.program_id(0) * count + tl.arange(0, count), tl.arange(0, size)
    within = place % whole
    token = place - within + within // 2 % 2 * 8 + within // 4 * 2 + within % 2
    inside = (token < tokens)[:, None]
    at = (clip * tokens + token).to(tl.int64)[:, None] * heads * size + head * size + column[None, :]
    values = tl.load(x + at, mask=inside, other=0.0).to(tl.float32)
    values -= tl.load(mean + (clip * heads + head) * size + column)[None, :]
    values = tl.where(inside, values * (LARGEST / tl.maximum(tl.load(most), SMALLEST)), 0.0)
    to = ((clip * heads + head) * size + column).to(tl.int64)[:, None] * padded + place[None, :]
    tl.store(out + to, tl.trans(values).to(out.dtype.element_ty), mask=(place < padded)[None, :])


@triton.jit
def widen(x, mean, most, out, scales, tokens, width, largest: tl.constexpr, block: tl.constexpr):
    """Dequantise a row, add the mean, and `keep` it."""
    row = tl.program_id(0).to(tl.int64)
    column = tl.arange(0, block)
    inside = column < width
    values = tl.load(x + row * width + column, mask=inside, other=0.0).to(tl.float32) * (tl.load(most) / LARGEST)
    values += tl.load(mean + row // tokens * width + column, mask=inside, other=0.0)
    keep(values, out, scales, row, column, width, largest)


def launch(kernel: Any, x: torch.Tensor, mean: torch.Tensor, *filled: torch.Tensor, rotates: bool) -> None:
    """Run `largest` or `narrow` over [batch, tokens, heads, size] in contiguous memory; size is a power of two."""
    batch, tokens, heads, size = x.shape
    block = triton.next_power_of_2(max(heads, _FEWEST_HEADS)) * size
    kernel[(triton.cdiv(tokens, TOKENS), batch)](
        x, mean, hadamard(size, x.dtype, x.device), *filled, tokens, heads * size,
        rotates=rotates, count=TOKENS, size=size, block=block,
        num_warps=8, num_stages=1,  # prefetching tokens would need more shared memory than there is
    )  # fmt: skip


def launch_across(x: torch.Tensor, mean: torch.Tensor, most: torch.Tensor, out: torch.Tensor) -> None:
    """Run `narrow_across` over [batch, tokens, heads, size] in contiguous memory; size is a power of two."""
    (batch, tokens, heads, size), padded = x.shape, out.shape[3]
    kernel = cast(Any, narrow_across)
    kernel[(triton.cdiv(padded, TOKENS_ACROSS), heads, batch)](
        x, mean, most, out, tokens, padded, heads, whole=COLUMNS_AT_ONCE, count=TOKENS_ACROSS, size=size, num_warps=8
    )


def launch_projected(
    x: torch.Tensor, weight: torch.Tensor, table: torch.Tensor, eps: float, mean: torch.Tensor, *filled: torch.Tensor
) -> None:
    """Run `narrow_projected` over [batch, tokens, heads, size] in contiguous memory; size is a power of two."""
    batch, tokens, heads, size = x.shape
    kernel = cast(Any, narrow_projected)
    kernel[(triton.cdiv(tokens, TOKENS_AT_ONCE), batch)](
        x, weight, table, mean, hadamard(size, x.dtype, x.device), *filled, tokens, heads, eps,
        count=TOKENS_AT_ONCE, size=size, num_warps=8, num_stages=1,
    )  # fmt: skip


def launch_widen(
    x: torch.Tensor, mean: torch.Tensor, most: torch.Tensor, out: torch.Tensor, scales: torch.Tensor, largest: float
) -> None:
    """Run `widen` over [batch, tokens, width]."""
    batch, tokens, width = x.shape
    block, kernel = triton.next_power_of_2(width), cast(Any, widen)
    kernel[(batch * tokens,)](
        x, mean, most, out, scales, tokens, width, largest=largest, block=block, num_warps=warps(block)
    )
