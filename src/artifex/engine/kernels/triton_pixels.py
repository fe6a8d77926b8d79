# pyright: basic, reportMissingImports=false
"""Triton kernels over pictures [frames, height, width, channels]: a pixel's channels lie side by side."""

from typing import Any

import triton
import triton.language as tl

_NUMBERS = 4096
"""Held by one program."""


@triton.jit
def _norm_silu(
    x, bias, gamma, out, last, pixels, channels, room, first_kept, eps,
    biased: tl.constexpr, keeps: tl.constexpr, rows: tl.constexpr, block: tl.constexpr
):  # fmt: skip
    """`silu(x / rms(x) * gamma)`, each step rounded as if it were stored; from `first_kept` on also to `last`.

    What is written has `room` channels, the last of them zeros.
    """
    pixel = (tl.program_id(0) * rows + tl.arange(0, rows)).to(tl.int64)[:, None]
    channel = tl.arange(0, block)[None, :]
    inside = (pixel < pixels) & (channel < channels)
    at = pixel * channels + channel
    read = tl.load(x + at, mask=inside, other=0.0)
    values = read.to(tl.float32)
    if biased:
        values += tl.load(bias + channel, mask=channel < channels, other=0.0).to(tl.float32)
        values = values.to(read.dtype).to(tl.float32)
    scale = tl.load(gamma + channel, mask=channel < channels, other=0.0).to(tl.float32)
    root = tl.rsqrt(tl.sum(values * values, axis=1) / channels + eps)[:, None]
    normed = (scale * (root * values)).to(read.dtype).to(tl.float32)
    result = (normed / (1.0 + tl.exp(-normed))).to(read.dtype)
    written = (pixel < pixels) & (channel < room)
    tl.store(out + pixel * room + channel, result, mask=written)
    if keeps:
        tl.store(last + (pixel - first_kept) * room + channel, result, mask=written & (pixel >= first_kept))


@triton.jit
def _add(x, bias, other, pixels, channels, joins: tl.constexpr, rows: tl.constexpr, block: tl.constexpr):
    """`x + bias`, and `+ other`, in place."""
    pixel = (tl.program_id(0) * rows + tl.arange(0, rows)).to(tl.int64)[:, None]
    channel = tl.arange(0, block)[None, :]
    inside = (pixel < pixels) & (channel < channels)
    at = pixel * channels + channel
    read = tl.load(x + at, mask=inside, other=0.0)
    total = read.to(tl.float32) + tl.load(bias + channel, mask=channel < channels, other=0.0).to(tl.float32)
    if joins:
        total = total.to(read.dtype).to(tl.float32) + tl.load(other + at, mask=inside, other=0.0).to(tl.float32)
    tl.store(x + at, total.to(read.dtype), mask=inside)


@triton.jit
def _double(
    x, bias, out, pixels, height, width, channels,
    biased: tl.constexpr, turns: tl.constexpr, rows: tl.constexpr, block: tl.constexpr
):  # fmt: skip
    """Every pixel four times; where `turns` is 2, a pixel's channels are those of two frames that follow each other."""
    pixel = (tl.program_id(0) * rows + tl.arange(0, rows)).to(tl.int64)[:, None]
    turn = tl.program_id(1)
    channel = tl.arange(0, block)[None, :]
    inside = (pixel < pixels) & (channel < channels)
    own = turn * channels + channel
    value = tl.load(x + pixel * channels * turns + own, mask=inside, other=0.0)
    if biased:
        added = value.to(tl.float32) + tl.load(bias + own, mask=channel < channels, other=0.0).to(tl.float32)
        value = added.to(value.dtype)
    column = pixel % width
    row = pixel // width % height
    frame = pixel // (width * height) * turns + turn
    place = ((frame * 2 * height + 2 * row) * 2 * width + 2 * column) * channels + channel
    tl.store(out + place, value, mask=inside)
    tl.store(out + place + channels, value, mask=inside)
    tl.store(out + place + 2 * width * channels, value, mask=inside)
    tl.store(out + place + 2 * width * channels + channels, value, mask=inside)


@triton.jit
def _add_spread(
    x, bias, source, pixels, height, width, channels, inputs, frames_before,
    turns: tl.constexpr, own_turns: tl.constexpr, own_rows: tl.constexpr, own_columns: tl.constexpr,
    rows: tl.constexpr, block: tl.constexpr
):  # fmt: skip
    """`x + bias` and the values of a picture of half the size, spread from channels to neighbours, in place."""
    pixel = (tl.program_id(0) * rows + tl.arange(0, rows)).to(tl.int64)[:, None]
    channel = tl.arange(0, block)[None, :]
    inside = (pixel < pixels) & (channel < channels)
    at = pixel * channels + channel
    read = tl.load(x + at, mask=inside, other=0.0)
    total = read.to(tl.float32) + tl.load(bias + channel, mask=channel < channels, other=0.0).to(tl.float32)
    column = pixel % width
    row = pixel // width % height
    frame = pixel // (width * height) + frames_before
    part = (channel * own_turns + frame % turns % own_turns) * own_rows + row % 2 % own_rows
    part = part * own_columns + column % 2 % own_columns
    from_pixel = (frame // turns * (height // 2) + row // 2) * (width // 2) + column // 2
    spread = tl.load(source + from_pixel * inputs + part, mask=inside, other=0.0).to(tl.float32)
    tl.store(x + at, (total.to(read.dtype).to(tl.float32) + spread).to(read.dtype), mask=inside)


def launch(kernel: Any, pixels: int, channels: int, *arguments: Any, beside: int = 1, **constants: Any) -> None:
    """Run a kernel of this file over so many pixels, `beside` times next to one another."""
    block = triton.next_power_of_2(channels)
    rows = max(1, _NUMBERS // block)
    kernel[(triton.cdiv(pixels, rows), beside)](*arguments, **constants, rows=rows, block=block, num_warps=4)


norm_silu, add, double, add_spread = _norm_silu, _add, _double, _add_spread
