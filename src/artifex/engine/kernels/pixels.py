"""Arithmetic of a video autoencoder between its convolutions.

Everything here takes one clip [1, channels, frames, height, width] in channels-last memory, and is fused only: check
`fits` first.
"""

from math import prod

import torch
from torch import Tensor

from artifex.engine.kernels.door import fused

_LAYOUT = torch.channels_last_3d


def fits(x: Tensor) -> bool:
    """Whether the functions of this file take x."""
    return len(x) == 1 and x.is_contiguous(memory_format=_LAYOUT) and fused(x)


def norm_silu(x: Tensor, bias: Tensor | None, gamma: Tensor, eps: float, out: Tensor, last: Tensor | None) -> None:
    """`silu(y / rms(y) * gamma)` over the channels of `y = x + bias`, each step rounded as torch would.

    Args:
        x: [1, channels, frames, height, width].
        bias: [channels] or None.
        gamma: [channels].
        eps: added to the mean square.
        out: written; shaped as x, or with more channels, which become zeros. There may be gaps between its frames.
        last: if not None, the last frames of the result are written to it as well, as many as it has.
    """
    from artifex.engine.kernels import triton_pixels as triton

    x = _in_order(x)
    pixels, channels = prod(x.shape[2:]), x.shape[1]
    kept = 0 if last is None else prod(last.shape[2:])
    frame, room = prod(x.shape[3:]), out.shape[1]
    apart = out.stride(2) // room - frame
    triton.launch(
        triton.norm_silu, pixels, channels, x, gamma if bias is None else bias, gamma, out,
        out if last is None else last, pixels, channels, room, pixels - kept, frame, apart, eps,
        biased=bias is not None, keeps=last is not None, parts=apart > 0,
    )  # fmt: skip


def add(x: Tensor, bias: Tensor, other: Tensor | None = None) -> Tensor:
    """`x + bias`, and `+ other`, in place if x is in channels-last memory; shapes as in `norm_silu`."""
    from artifex.engine.kernels import triton_pixels as triton

    x = _in_order(x)
    pixels, channels = prod(x.shape[2:]), x.shape[1]
    joins = other is not None
    other = _in_order(other) if joins else x
    triton.launch(triton.add, pixels, channels, x, bias, other, pixels, channels, joins=joins)
    return x


def double(x: Tensor, bias: Tensor | None = None, turns: int = 1, edges: int = 0) -> Tensor:
    """Upsample `x + bias` by 2 in height and width (nearest), and split channels into `turns` consecutive frames.

    Args:
        x: [1, turns * channels, frames, height, width].
        bias: [turns * channels] or None.
        turns: 2 where the halves of the channels are consecutive frames.
        edges: rows above and below each frame that are left uninitialised for the caller to write.

    Returns:
        [1, channels, turns * frames, 2 * height + 2 * edges, 2 * width].
    """
    from artifex.engine.kernels import triton_pixels as triton

    x = _in_order(x)
    _, channels, frames, height, width = x.shape
    channels //= turns
    shape = (1, channels, turns * frames, 2 * height + 2 * edges, 2 * width)
    out = torch.empty(shape, dtype=x.dtype, device=x.device, memory_format=_LAYOUT)
    pixels = frames * height * width
    triton.launch(
        triton.double, pixels, channels, x, x if bias is None else bias, out, pixels, height, width, channels, edges,
        beside=turns, biased=bias is not None, turns=turns,
    )  # fmt: skip
    return out


def add_spread(x: Tensor, bias: Tensor, source: Tensor, own: tuple[int, int, int], turns: int, first: int) -> Tensor:
    """Add to `x + bias` a picture of half the size, upsampled by moving channels to neighbouring pixels and frames.

    In place if x is in channels-last memory.

    Args:
        x: [1, channels, frames, height, width].
        bias: [channels].
        source: [1, channels * prod(own), ..., height / 2, width / 2], with `turns` frames of x to each of its own.
        own: how many values a channel has for neighbours along (time, row, column); 1 repeats one value.
        turns: 1 or 2.
        first: index of x's first frame among those that `source` is upsampled to.
    """
    from artifex.engine.kernels import triton_pixels as triton

    x, source = _in_order(x), _in_order(source)
    _, channels, frames, height, width = x.shape
    turns_of, rows_of, columns_of = own
    pixels = frames * height * width
    triton.launch(
        triton.add_spread, pixels, channels, x, bias, source, pixels, height, width, channels, source.shape[1], first,
        turns=turns, own_turns=turns_of, own_rows=rows_of, own_columns=columns_of,
    )  # fmt: skip
    return x


def _in_order(x: Tensor) -> Tensor:
    """In channels-last memory: a convolution of a single frame may return another layout."""
    return x.contiguous(memory_format=_LAYOUT)
