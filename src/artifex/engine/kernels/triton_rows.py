# pyright: basic, reportMissingImports=false
"""Triton kernels over rows: one program per row, which it reads once and holds in registers."""

from typing import Any

import torch
import triton
import triton.language as tl

from artifex.engine.kernels import eight_bits

SMALLEST = tl.constexpr(eight_bits.SMALLEST)


@triton.jit
def keep(numbers, out, scales, row, column, width, largest: tl.constexpr):
    """Store a row; in eight bits (`largest` > 0), scaled so that its largest magnitude becomes `largest`."""
    if largest > 0:
        numbers *= _fitting(tl.max(tl.abs(tl.where(column < width, numbers, 0.0))), scales, row, largest)
    _put(numbers, out, row, column, width, largest)


@triton.jit
def _fitting(most, scales, row, largest: tl.constexpr):
    most = tl.maximum(most, SMALLEST)
    tl.store(scales + row, most / largest)
    return largest / most


@triton.jit
def _put(numbers, out, row, column, width, largest: tl.constexpr):
    if largest == 127:  # round to nearest, ties to even: from 2^23 on, float32 has no fractions
        numbers = (numbers + 12582912.0) - 12582912.0
    tl.store(out + row * width + column, numbers.to(out.dtype.element_ty), mask=column < width)


@triton.jit
def _by_four(start: tl.constexpr, count: tl.constexpr):
    """Columns, of which a thread is to load four at a time whatever the dtype: by itself, the compiler loads 16 bytes
    per thread of each dtype, and then has to exchange values between threads."""
    return start + tl.max_contiguous(tl.arange(0, count), 4)


@triton.jit
def _joined(x, update, gate, rows_of_gate, gate_stride, row, column, width, joins: tl.constexpr, gates: tl.constexpr):
    """Load part of a row; if an update `joins`, add it and write the sum back."""
    inside, at = column < width, row * width + column
    values = tl.load(x + at, mask=inside, other=0.0).to(tl.float32)
    if joins:
        change = tl.load(update + at, mask=inside, other=0.0).to(tl.float32)
        if gates:
            gate += row // rows_of_gate * gate_stride
            change *= tl.load(gate + column, mask=inside, other=0.0).to(tl.float32)
        values += change
        tl.store(x + at, values, mask=inside)
    return values


@triton.jit
def _scaled(normalised, factor, offset, column, width, plus: tl.constexpr):
    scale = tl.load(factor + column, mask=column < width, other=0.0).to(tl.float32) + plus
    return normalised * scale + tl.load(offset + column, mask=column < width, other=0.0).to(tl.float32)


@triton.jit
def norm(
    x, update, gate, rows_of_gate, gate_stride, factor, offset, rows_of_group, stride, out, scales, width, eps,
    joins: tl.constexpr, gates: tl.constexpr, plus: tl.constexpr, largest: tl.constexpr,
    first: tl.constexpr, second: tl.constexpr,
):  # fmt: skip
    """`(x - mean) / deviation * (factor + plus) + offset`; groups of rows share a factor and an offset.

    If an update `joins`, it is first added to x, which is written back.
    """
    row = tl.program_id(0).to(tl.int64)
    left, right = _by_four(0, first), _by_four(first, second)
    a = _joined(x, update, gate, rows_of_gate, gate_stride, row, left, width, joins, gates)
    b = _joined(x, update, gate, rows_of_gate, gate_stride, row, right, width, joins, gates)
    mean = (tl.sum(a) + tl.sum(b)) / width
    a, b = a - mean, tl.where(right < width, b - mean, 0.0)
    deviation = tl.rsqrt((tl.sum(a * a) + tl.sum(b * b)) / width + eps)
    group = row // rows_of_group * stride
    a = _scaled(a * deviation, factor + group, offset + group, left, width, plus)
    b = _scaled(b * deviation, factor + group, offset + group, right, width, plus)
    if largest > 0:
        fitting = _fitting(tl.maximum(tl.max(tl.abs(a)), tl.max(tl.abs(b))), scales, row, largest)
        a, b = a * fitting, b * fitting
    _put(a, out, row, left, width, largest)
    _put(b, out, row, right, width, largest)


@triton.jit
def join(
    x, update, gate, rows_of_gate, gate_stride, width,
    gates: tl.constexpr, block: tl.constexpr,
):  # fmt: skip
    row = tl.program_id(0).to(tl.int64)
    _joined(x, update, gate, rows_of_gate, gate_stride, row, _by_four(0, block), width, True, gates)


@triton.jit
def rotated_norm(
    x, weight, table, out, width, tokens, eps,
    rotates: tl.constexpr, half: tl.constexpr, first: tl.constexpr, second: tl.constexpr,
):  # fmt: skip
    """`x / rms(x) * weight`, and each head's neighbouring pairs rotated by their token's angles."""
    row = tl.program_id(0).to(tl.int64)
    left, right = tl.arange(0, first), first + tl.arange(0, second)
    a = tl.load(x + row * width + left).to(tl.float32)
    b = tl.load(x + row * width + right, mask=right < width, other=0.0).to(tl.float32)
    factor = tl.rsqrt((tl.sum(a * a) + tl.sum(b * b)) / width + eps)
    angles = table + row % tokens * half * 2
    _put(_turned(a * factor, weight, angles, left, width, rotates, half, first), out, row, left, width, 0)
    _put(_turned(b * factor, weight, angles, right, width, rotates, half, second), out, row, right, width, 0)


@triton.jit
def _turned(
    values, weight, table, column, width, rotates: tl.constexpr, half: tl.constexpr, count: tl.constexpr
):  # fmt: skip
    values *= tl.load(weight + column, mask=column < width, other=0.0).to(tl.float32)
    if rotates:
        even, odd = tl.split(tl.reshape(values, (count // 2, 2)))
        cosine, sine = tl.split(tl.reshape(tl.load(table + column % (half * 2)), (count // 2, 2)))
        values = tl.reshape(tl.join(even * cosine - odd * sine, even * sine + odd * cosine), (count,))
    return values


@triton.jit
def gelu(x, out, scales, width, largest: tl.constexpr, block: tl.constexpr):
    """Tanh approximation, as a sigmoid: `(1 + tanh(z)) / 2 = sigmoid(2 * z)`."""
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
    """Run a kernel of this file with one program per row of `width` numbers."""
    block = triton.next_power_of_2(width)
    kernel[(rows,)](*arguments, **constants, block=block, num_warps=warps(block))


def launch_in_two(kernel: Any, rows: int, width: int, *arguments: Any, **constants: Any) -> None:
    """`launch` a kernel that takes a row in two pieces, as a single power of two could be nearly twice the row."""
    first, second = in_two(width)
    kernel[(rows,)](*arguments, **constants, first=first, second=second, num_warps=warps(2 * first))


def in_two(width: int) -> tuple[int, int]:
    """Two powers of two that cover a row of two numbers or more: 4,096 and 1,024 for 5,120."""
    first = 1 << (width - 1).bit_length() - 1
    return first, 1 << (width - first - 1).bit_length()


def warps(block: Any) -> int:
    """Warps per row: few, so that more rows are processed at once; fastest on an H200."""
    return min(8, max(1, block // 2048))


def self_test(device: torch.device) -> None:
    """Run a kernel. Raises RuntimeError if its result is wrong; RuntimeError, OSError, SubprocessError of compilers."""
    x = torch.ones((4, 48), device=device)
    try:
        launch(join, 4, 48, x, x.clone(), torch.full((48,), 2.0, device=device), 4, 48, 48, gates=True)
    except triton.TritonError as error:
        raise RuntimeError(str(error)) from error
    if not torch.equal(x, torch.full_like(x, 3.0)):
        raise RuntimeError("a Triton kernel computed wrongly")
