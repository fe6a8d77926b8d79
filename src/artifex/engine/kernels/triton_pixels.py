# pyright: basic, reportMissingImports=false, reportGeneralTypeIssues=false
"""Triton kernels over pictures in channels-last memory, [frames, height, width, channels]."""

from typing import Any

import triton
import triton.language as tl

_NUMBERS = 4096
"""How many numbers one program holds."""


@triton.jit
def _places(pixels, channels, rows: tl.constexpr, block: tl.constexpr):
    """Pixels [rows, 1] and channels [1, block] of a program, and the mask of those that exist."""
    pixel = (tl.program_id(0) * rows + tl.arange(0, rows)).to(tl.int64)[:, None]
    channel = tl.arange(0, block)[None, :]
    return pixel, channel, (pixel < pixels) & (channel < channels)


@triton.jit
def _biased(x, bias, at, own, inside, adds: tl.constexpr):
    """Load values as float32; if it `adds`, add a bias, and round as if the sum were stored."""
    values = tl.load(x + at, mask=inside, other=0.0).to(tl.float32)
    if adds:
        values += tl.load(bias + own, mask=inside, other=0.0).to(tl.float32)
        values = values.to(x.dtype.element_ty).to(tl.float32)
    return values


@triton.jit
def norm_silu(
    x, bias, gamma, out, last, pixels, channels, room, first_kept, frame, apart, eps,
    biased: tl.constexpr, keeps: tl.constexpr, parts: tl.constexpr, rows: tl.constexpr, block: tl.constexpr
):  # fmt: skip
    """`silu(x / rms(x) * gamma)`, each step rounded as if stored; pixels from `first_kept` on also go to `last`.

    `out` and `last` have `room` channels, of which those beyond `channels` become zeros. If `out` has `parts`, there is
    a gap of `apart` pixels after each of its frames of `frame` pixels.
    """
    pixel, channel, inside = _places(pixels, channels, rows, block)
    at = pixel * channels + channel
    values = _biased(x, bias, at, channel, inside, biased)
    scale = tl.load(gamma + channel, mask=inside, other=0.0).to(tl.float32)
    root = tl.rsqrt(tl.sum(values * values, axis=1) / channels + eps)[:, None]
    normed = (scale * (root * values)).to(x.dtype.element_ty).to(tl.float32)
    result = (normed / (1.0 + tl.exp(-normed))).to(x.dtype.element_ty)
    written = (pixel < pixels) & (channel < room)
    place = pixel + pixel // frame * apart if parts else pixel
    tl.store(out + place * room + channel, result, mask=written)
    if keeps:
        tl.store(last + (pixel - first_kept) * room + channel, result, mask=written & (pixel >= first_kept))


@triton.jit
def add(x, bias, other, pixels, channels, joins: tl.constexpr, rows: tl.constexpr, block: tl.constexpr):
    """`x + bias`, and `+ other`, in place."""
    pixel, channel, inside = _places(pixels, channels, rows, block)
    at = pixel * channels + channel
    total = _biased(x, bias, at, channel, inside, True)
    if joins:
        total += tl.load(other + at, mask=inside, other=0.0).to(tl.float32)
    tl.store(x + at, total.to(x.dtype.element_ty), mask=inside)


@triton.jit
def double(
    x, bias, out, pixels, height, width, channels, edges,
    biased: tl.constexpr, turns: tl.constexpr, rows: tl.constexpr, block: tl.constexpr
):  # fmt: skip
    """Store every pixel four times; where `turns` is 2, a pixel's channels are those of two consecutive frames.

    Above and below each frame, `edges` rows are not written.
    """
    pixel, channel, inside = _places(pixels, channels, rows, block)
    turn = tl.program_id(1)
    own = turn * channels + channel
    value = _biased(x, bias, pixel * channels * turns + own, own, inside, biased).to(x.dtype.element_ty)
    column = pixel % width
    row = pixel // width % height
    frame = pixel // (width * height) * turns + turn
    above = frame * (2 * height + 2 * edges) + edges + 2 * row
    place = (above * 2 * width + 2 * column) * channels + channel
    tl.store(out + place, value, mask=inside)
    tl.store(out + place + channels, value, mask=inside)
    tl.store(out + place + 2 * width * channels, value, mask=inside)
    tl.store(out + place + 2 * width * channels + channels, value, mask=inside)


@triton.jit
def add_spread(
    x, bias, source, pixels, height, width, channels, inputs, frames_before,
    turns: tl.constexpr, own_turns: tl.constexpr, own_rows: tl.constexpr, own_columns: tl.constexpr,
    rows: tl.constexpr, block: tl.constexpr
):  # fmt: skip
    """`x + bias` plus a picture of half the size, upsampled by moving channels to neighbours; in place."""
    pixel, channel, inside = _places(pixels, channels, rows, block)
    at = pixel * channels + channel
    total = _biased(x, bias, at, channel, inside, True)
    column = pixel % width
    row = pixel // width % height
    frame = pixel // (width * height) + frames_before
    part = (channel * own_turns + frame % turns % own_turns) * own_rows + row % 2 % own_rows
    part = part * own_columns + column % 2 % own_columns
    from_pixel = (frame // turns * (height // 2) + row // 2) * (width // 2) + column // 2
    spread = tl.load(source + from_pixel * inputs + part, mask=inside, other=0.0).to(tl.float32)
    tl.store(x + at, (total + spread).to(x.dtype.element_ty), mask=inside)


def launch(kernel: Any, pixels: int, channels: int, *arguments: Any, beside: int = 1, **constants: Any) -> None:
    """Run a kernel of this file over so many pixels; `beside` is the size of the grid's second axis."""
    block = triton.next_power_of_2(channels)
    rows = max(1, _NUMBERS // block)
    kernel[(triton.cdiv(pixels, rows), beside)](*arguments, **constants, rows=rows, block=block, num_warps=4)
