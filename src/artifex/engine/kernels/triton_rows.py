# pyright: basic, reportMissingImports=false
"""Triton kernels over rows: one program a row, which it reads once and holds in registers."""

from typing import Any

import torch
import triton
import triton.language as tl

from artifex.engine.kernels import eight_bits

SMALLEST = tl.constexpr(eight_bits.SMALLEST)


@triton.jit
def keep(numbers, out, scales, row, column, width, largest: tl.constexpr):
    """Store a row; one of eight bits scaled so that its largest value just fits."""
    inside = column < width
    if largest > 0:
        most = tl.maximum(tl.max(tl.abs(tl.where(inside, numbers, 0.0))), SMALLEST)
        numbers *= largest / most
        tl.store(scales + row, most / largest)
        if largest == 127:  # to the nearest, ties to even: from 2^23 on a float32 has no fractions
            numbers = (numbers + 12582912.0) - 12582912.0
    tl.store(out + row * width + column, numbers.to(out.dtype.element_ty), mask=inside)


@triton.jit
def _by_four(block: tl.constexpr):
    """Columns of which a thread takes four at a time, of numbers of 32 bits and of fewer alike: left to itself, the
    compiler has it take 16 bytes of either, and hand them on to others."""
    return tl.max_contiguous(tl.arange(0, block), 4)


@triton.jit
def _joined(x, update, gate, rows_of_gate, gate_stride, row, column, width, gates: tl.constexpr):
    inside = column < width
    change = tl.load(update + row * width + column, mask=inside, other=0.0).to(tl.float32)
    if gates:
        change *= tl.load(gate + row // rows_of_gate * gate_stride + column, mask=inside, other=0.0).to(tl.float32)
    return tl.load(x + row * width + column, mask=inside, other=0.0) + change


@triton.jit
def norm(
    x, update, gate, rows_of_gate, gate_stride, factor, offset, rows_of_group, stride, out, scales, width, eps,
    joins: tl.constexpr, gates: tl.constexpr, plus: tl.constexpr, largest: tl.constexpr, block: tl.constexpr,
):  # fmt: skip
    """`(x - mean) / deviation * (factor + plus) + offset`; groups of rows share a factor and an offset.

    Before that an update may join x, which is written back.
    """
    row = tl.program_id(0).to(tl.int64)
    column = _by_four(block)
    inside = column < width
    if joins:
        values = _joined(x, update, gate, rows_of_gate, gate_stride, row, column, width, gates)
        tl.store(x + row * width + column, values, mask=inside)
    else:
        values = tl.load(x + row * width + column, mask=inside, other=0.0).to(tl.float32)
    centred = tl.where(inside, values - tl.sum(values) / width, 0.0)
    normalised = centred * tl.rsqrt(tl.sum(centred * centred) / width + eps)
    group = row // rows_of_group * stride
    scale = tl.load(factor + group + column, mask=inside, other=0.0).to(tl.float32) + plus
    shift = tl.load(offset + group + column, mask=inside, other=0.0).to(tl.float32)
    keep(normalised * scale + shift, out, scales, row, column, width, largest)


@triton.jit
def join(
    x, update, gate, rows_of_gate, gate_stride, width,
    gates: tl.constexpr, block: tl.constexpr,
):  # fmt: skip
    row = tl.program_id(0).to(tl.int64)
    column = _by_four(block)
    values = _joined(x, update, gate, rows_of_gate, gate_stride, row, column, width, gates)
    tl.store(x + row * width + column, values, mask=column < width)


@triton.jit
def rotated_norm(
    x, weight, table, out, width, tokens, eps,
    rotates: tl.constexpr, half: tl.constexpr, block: tl.constexpr,
):  # fmt: skip
    """`x / rms(x) * weight`, and each head's neighbouring pairs turned by their token's angles."""
    row = tl.program_id(0).to(tl.int64)
    column = tl.arange(0, block)
    inside = column < width
    values = tl.load(x + row * width + column, mask=inside, other=0.0).to(tl.float32)
    scale = tl.load(weight + column, mask=inside, other=0.0).to(tl.float32)
    normed = values * tl.rsqrt(tl.sum(values * values) / width + eps) * scale
    if rotates:
        even, odd = tl.split(tl.reshape(normed, (block // 2, 2)))
        angles = tl.load(table + row % tokens * half * 2 + column % (half * 2))
        cosine, sine = tl.split(tl.reshape(angles, (block // 2, 2)))
        normed = tl.reshape(tl.join(even * cosine - odd * sine, even * sine + odd * cosine), (block,))
    tl.store(out + row * width + column, normed.to(out.dtype.element_ty), mask=inside)


@triton.jit
def gelu(x, out, scales, width, largest: tl.constexpr, block: tl.constexpr):
    """By its approximation with tanh, of which half and a half make a sigmoid of twice the argument."""
    row = tl.program_id(0).to(tl.int64)
    column = tl.arange(0, block)
    values = tl.load(x + row * width + column, mask=column < width, other=0.0).to(tl.float32)
    values *= tl.sigmoid(1.5957691216057308 * (values + 0.044715 * values * values * values))
    keep(values, out, scales, row, column, width, largest)


@triton.jit
def quantise(x, out, scales, width, largest: tl.constexpr, block: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    column = tl.arange(0, block)
    values = tl.load(x + row * width + column, mask=column < width, other=0.0).to(tl.float32)
    keep(values, out, scales, row, column, width, largest)


@triton.jit
def scale_sums(sums, rows, columns, bias, out, width, block: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    column = tl.arange(0, block)
    inside = column < width
    values = tl.load(sums + row * width + column, mask=inside, other=0).to(tl.float32) * tl.load(rows + row)
    values = values * tl.load(columns + column, mask=inside, other=0.0)
    values += tl.load(bias + column, mask=inside, other=0.0).to(tl.float32)
    tl.store(out + row * width + column, values.to(out.dtype.element_ty), mask=inside)


def launch(kernel: Any, rows: int, width: int, *arguments: Any, **constants: Any) -> None:
    """Run a kernel of this file, a program for each row of so many numbers."""
    block = triton.next_power_of_2(width)
    kernel[(rows,)](*arguments, **constants, block=block, num_warps=warps(block))


def warps(block: Any) -> int:
    """Few to a row, so that more rows are under way at once: what was quickest on an H200."""
    return min(8, max(1, block // 2048))


def self_test(device: torch.device) -> None:
    """Raises RuntimeError for a wrong sum, and RuntimeError, OSError or SubprocessError where compilers fail."""
    x = torch.ones((4, 48), device=device)
    try:
        launch(join, 4, 48, x, x.clone(), torch.full((48,), 2.0, device=device), 4, 48, 48, gates=True)
    except triton.TritonError as error:
        raise RuntimeError(str(error)) from error
    if not torch.equal(x, torch.full_like(x, 3.0)):
        raise RuntimeError("a Triton kernel computed wrongly")
