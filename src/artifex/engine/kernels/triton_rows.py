# pyright: basic, reportMissingImports=false
"""Triton kernels over rows: one program a row, which it reads once and holds in registers."""

from typing import Any

import torch
import triton
import triton.language as tl


@triton.jit
def norm(x, factor, offset, out, width, rows_of_group, stride, eps, plus: tl.constexpr, block: tl.constexpr):
    """`(x - mean) / deviation * (factor + plus) + offset`; groups of rows share a factor and an offset."""
    row = tl.program_id(0).to(tl.int64)
    column = tl.arange(0, block)
    inside = column < width
    values = tl.load(x + row * width + column, mask=inside, other=0.0).to(tl.float32)
    centred = tl.where(inside, values - tl.sum(values) / width, 0.0)
    normalised = centred * tl.rsqrt(tl.sum(centred * centred) / width + eps)
    group = row // rows_of_group * stride
    scale = tl.load(factor + group + column, mask=inside, other=0.0).to(tl.float32) + plus
    shift = tl.load(offset + group + column, mask=inside, other=0.0).to(tl.float32)
    tl.store(out + row * width + column, (normalised * scale + shift).to(out.dtype.element_ty), mask=inside)


@triton.jit
def rotated_norm(
    x, weight, table, out, width, tokens, eps, rotates: tl.constexpr, half: tl.constexpr, block: tl.constexpr
):
    """`x / rms(x) * weight`, and each head's neighbouring pairs turned by their token's angles."""
    row = tl.program_id(0).to(tl.int64)
    column = tl.arange(0, block)
    inside = column < width
    values = tl.load(x + row * width + column, mask=inside, other=0.0).to(tl.float32)
    scale = tl.load(weight + column, mask=inside, other=0.0).to(tl.float32)
    normed = values * tl.rsqrt(tl.sum(values * values) / width + eps) * scale
    if rotates:
        even, odd = tl.split(tl.reshape(normed, (block // 2, 2)))
        angle = table + (row % tokens * half + tl.arange(0, block // 2) % half) * 2
        cosine, sine = tl.load(angle), tl.load(angle + 1)
        normed = tl.reshape(tl.join(even * cosine - odd * sine, even * sine + odd * cosine), (block,))
    tl.store(out + row * width + column, normed.to(out.dtype.element_ty), mask=inside)


@triton.jit
def gated_add(x, update, gate, width, rows_of_group, stride, block: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    column = tl.arange(0, block)
    inside = column < width
    at = row * width + column
    factor = tl.load(gate + row // rows_of_group * stride + column, mask=inside).to(tl.float32)
    change = tl.load(update + at, mask=inside).to(tl.float32)
    tl.store(x + at, tl.load(x + at, mask=inside) + change * factor, mask=inside)


@triton.jit
def quantise(x, values, scales, width, largest, smallest, rounds: tl.constexpr, block: tl.constexpr):
    """Each row scaled so that its largest value just fits eight bits."""
    row = tl.program_id(0).to(tl.int64)
    column = tl.arange(0, block)
    inside = column < width
    numbers = tl.load(x + row * width + column, mask=inside, other=0.0).to(tl.float32)
    most = tl.maximum(tl.max(tl.abs(numbers)), smallest)
    scaled = numbers * (largest / most)
    if rounds:  # to the nearest, ties to even: from 2^23 on a float32 has no fractions
        scaled = (scaled + 12582912.0) - 12582912.0
    tl.store(values + row * width + column, scaled.to(values.dtype.element_ty), mask=inside)
    tl.store(scales + row, most / largest)


def launch(kernel: Any, rows: int, width: int, *arguments: Any, **constants: Any) -> None:
    """Run a kernel of this file, a program for each row of so many numbers."""
    block = triton.next_power_of_2(width)
    kernel[(rows,)](*arguments, **constants, block=block, num_warps=min(16, max(1, block // 512)))


def self_test(device: torch.device) -> None:
    """Raises RuntimeError for a wrong sum, and RuntimeError, OSError or SubprocessError where compilers fail."""
    x = torch.ones((4, 48), device=device)
    try:
        launch(gated_add, 4, 48, x, x.clone(), torch.full((48,), 2.0, device=device), 48, 4, 48)
    except triton.TritonError as error:
        raise RuntimeError(str(error)) from error
    if not torch.equal(x, torch.full_like(x, 3.0)):
        raise RuntimeError("a Triton kernel computed wrongly")
