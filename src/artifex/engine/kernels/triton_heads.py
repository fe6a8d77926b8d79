# pyright: basic, reportMissingImports=false
"""Triton kernels over the heads of attention, [rows, head_dim]: eight bits and one scale for a whole tensor."""

from typing import Any

import triton
import triton.language as tl

LARGEST = tl.constexpr(448.0)
"""Of float8 e4m3."""
ROWS = 64
"""Held by one program."""


@triton.jit
def _read(x, mean, matrix, rows, heads, of_clip, rotates: tl.constexpr, count: tl.constexpr, size: tl.constexpr):
    row = (tl.program_id(0) * count + tl.arange(0, count))[:, None]
    column = tl.arange(0, size)
    at = (row // of_clip * heads + row % heads) * size + column[None, :]
    values = tl.load(x + row.to(tl.int64) * size + column[None, :], mask=row < rows, other=0.0)
    centred = values.to(tl.float32) - tl.load(mean + at, mask=row < rows, other=0.0)
    if rotates:
        return tl.dot(centred.to(values.dtype), tl.load(matrix + column[:, None] * size + column[None, :]))
    return centred


@triton.jit
def largest(
    x, mean, matrix, most, heads, of_clip, rows, rotates: tl.constexpr, count: tl.constexpr, size: tl.constexpr
):
    """The largest magnitude of `(x - mean) @ matrix`."""
    tl.atomic_max(most, tl.max(tl.abs(_read(x, mean, matrix, rows, heads, of_clip, rotates, count, size))))


@triton.jit
def narrow(
    x, mean, matrix, most, out, heads, of_clip, rows, rotates: tl.constexpr, count: tl.constexpr, size: tl.constexpr
):
    """`(x - mean) @ matrix`, scaled so that the largest magnitude just fits."""
    values = _read(x, mean, matrix, rows, heads, of_clip, rotates, count, size)
    values *= LARGEST / tl.maximum(tl.load(most), 1e-12)
    row = (tl.program_id(0) * count + tl.arange(0, count))[:, None]
    tl.store(
        out + row.to(tl.int64) * size + tl.arange(0, size)[None, :], values.to(out.dtype.element_ty), mask=row < rows
    )


@triton.jit
def widen(x, mean, most, out, heads, of_clip, rows, count: tl.constexpr, size: tl.constexpr):
    """The way back."""
    row = (tl.program_id(0) * count + tl.arange(0, count))[:, None]
    column = tl.arange(0, size)[None, :]
    at = row.to(tl.int64) * size + column
    values = tl.load(x + at, mask=row < rows).to(tl.float32) * (tl.load(most) / LARGEST)
    values += tl.load(mean + (row // of_clip * heads + row % heads) * size + column, mask=row < rows, other=0.0)
    tl.store(out + at, values.to(out.dtype.element_ty), mask=row < rows)


def launch(kernel: Any, rows: int, size: int, *arguments: Any, **constants: Any) -> None:
    """Run a kernel of this file over so many rows of `size` numbers, a power of two."""
    kernel[(triton.cdiv(rows, ROWS),)](*arguments, rows, **constants, count=ROWS, size=size, num_warps=4)
