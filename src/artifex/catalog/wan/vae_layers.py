"""Layers of the Wan VAE: causal in time, so that a clip can pass through chunk by chunk.

Activations are [batch, channels, frames, height, width] in channels-last memory. A `Cache` holds what a layer must
remember of earlier chunks. Where it has `rows`, other processes have the rest of the picture, and layers that look
beyond their own rows exchange data with them.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from artifex.catalog.wan.vae_cache import Cache, compare_window
from artifex.catalog.wan.vae_config import convolved_channels
from artifex.engine.kernels import pixels
from artifex.engine.parallel.row_share import RowShare


class CausalConv3d(nn.Conv3d):
    """Convolution over the present and `kernel - 1` past frames, which are zeros before the clip."""

    def __init__(self, inputs: int, outputs: int, kernel: tuple[int, int, int], stride: int = 1) -> None:
        """Build a layer; `stride` is over time."""
        super().__init__(inputs, outputs, kernel, stride=(stride, 1, 1))
        self.past = kernel[0] - 1
        self.spatial_padding = (kernel[1] // 2, kernel[2] // 2)

    def forward(  # pyright: ignore[reportIncompatibleMethodOverride] (a causal layer needs the past as well)
        self, x: Tensor, cache: Cache
    ) -> Tensor:
        """[batch, inputs, frames, height, width] -> [batch, outputs, frames, height, width]."""
        if self.past == 0:
            return self.convolve(x)
        return self.convolve(self.extended(x, cache), framed=cache.rows is not None)

    def extended(self, x: Tensor, cache: Cache) -> Tensor:
        """The chunk with past frames before it, [batch, inputs, past + frames, ...]; its last frames are remembered.

        A share of the rows is extended by the neighbouring rows that the kernel sees.
        """
        if cache.rows is not None and self.spatial_padding[0] > 0:
            x = cache.rows.framed(x)
        past = self.remembered(x, cache)
        window = torch.cat((past, x), dim=2)
        compare_window(cache, window, self.past)
        last = window[:, :, window.shape[2] - self.past :]
        # In place unless gradients are enabled: allocating at every step fragments memory.
        keeps = torch.is_grad_enabled()
        cache[self] = last.clone(memory_format=torch.preserve_format) if keeps else past.copy_(last)
        return window

    def remembered(self, x: Tensor, cache: Cache) -> Tensor:
        """The cached frames before a chunk; before a clip, zeros, which are put in the cache."""
        if self not in cache:
            cache[self] = blank_frames(x, self.past)
        return cache[self]

    def convolve(self, window: Tensor, *, biased: bool = True, framed: bool = False) -> Tensor:
        """Convolve without padding in time, nor in height if `framed`; without bias unless `biased`.

        On a CPU, a 3-D kernel is split into one 2-D convolution for each of its frames: torch's 3-D convolution was
        measured to be up to 18 times slower there, at the channel counts of small models.
        """
        padding = (0 if framed else self.spatial_padding[0], self.spatial_padding[1])
        if window.device.type != "cpu":
            bias, spare = self.bias if biased else None, window.shape[1] - self.in_channels
            weight = self.weight if spare == 0 else F.pad(self.weight, (0, 0, 0, 0, 0, 0, 0, spare))
            weight = weight.contiguous(memory_format=torch.channels_last_3d)
            return F.conv3d(window, weight, bias, self.stride, padding=(0, *padding))
        frames = (window.shape[2] - self.kernel_size[0]) // self.stride[0] + 1
        total: Tensor | None = None
        for offset in range(self.kernel_size[0]):
            end = offset + (frames - 1) * self.stride[0] + 1
            part = window[:, :, offset : end : self.stride[0]]
            bias = self.bias if biased and offset == 0 else None
            image = F.conv2d(as_images(part), self.weight[:, :, offset], bias, padding=padding)
            total = image if total is None else total.add_(image)
        assert total is not None
        return as_video(total, window.shape[0])


def blank_frames(like: Tensor, count: int) -> Tensor:
    """Frames of zeros, [batch, channels, count, height, width].

    In channels-last memory, as concatenation would otherwise lose that format and halve the convolution's speed.
    """
    shape = (*like.shape[:2], count, *like.shape[3:])
    zeros = torch.zeros(shape, dtype=like.dtype, device=like.device)
    return zeros.contiguous(memory_format=torch.channels_last_3d)


def as_images(video: Tensor) -> Tensor:
    """[batch, channels, frames, height, width] -> [batch * frames, channels, height, width]; a view for batch 1."""
    return video.transpose(1, 2).flatten(0, 1)


def as_video(images: Tensor, batch: int) -> Tensor:
    """Inverse of `as_images`; a view."""
    return images.unflatten(0, (batch, -1)).transpose(1, 2)


def silu(x: Tensor) -> Tensor:
    """SiLU, in place unless gradients are enabled: at the largest scale each tensor takes hundreds of megabytes."""
    return F.silu(x, inplace=not torch.is_grad_enabled())


_EPS = 1e-24
"""The original divides by max(norm, 1e-12); this is likewise far below any activation."""


class ChannelNorm(nn.Module):
    """RMS normalisation over channels. In the original: L2-normalise, times sqrt(channels), times gamma."""

    def __init__(self, channels: int, spatial_axes: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(channels, *(1,) * spatial_axes))

    def forward(self, x: Tensor) -> Tensor:
        """[batch, channels, ...] -> same shape."""
        normed = F.rms_norm(x.movedim(1, -1), (x.shape[1],), self.gamma.flatten(), eps=_EPS)
        return normed.movedim(-1, 1)


def activated(norm: ChannelNorm, conv: CausalConv3d, x: Tensor, cache: Cache) -> Tensor:
    """`conv(silu(norm(x)))`, [batch, channels, frames, height, width]."""
    if pixels.fits(x):
        return conv.convolve(_window(norm, conv, x, None, cache), framed=cache.rows is not None)
    return conv(silu(norm(x)), cache)


def _window(norm: ChannelNorm, conv: CausalConv3d, x: Tensor, bias: Tensor | None, cache: Cache) -> Tensor:
    """A convolution's input: its remembered frames, and `silu(norm(x + bias))` written directly after them."""
    frames, channels, rows = x.shape[2], x.shape[1], cache.rows
    channels = convolved_channels(channels, x.element_size()) if x.is_cuda else channels
    height = x.shape[3] if rows is None else 1 + x.shape[3] + 1
    shape = (1, channels, conv.past + frames, height, x.shape[4])
    window = torch.empty(shape, dtype=x.dtype, device=x.device, memory_format=torch.channels_last_3d)
    past = conv.remembered(window, cache)
    window[:, :, : conv.past] = past
    present = window[:, :, conv.past :]
    later = frames < conv.past or rows is not None  # the frames to remember are not all written here
    own = present if rows is None else present[:, :, :, 1:-1]
    pixels.norm_silu(x, bias, norm.gamma, _EPS, own, None if later else past)
    if rows is not None:
        rows.fill_frame(present)
    if later:
        past.copy_(window[:, :, frames:])
    compare_window(cache, window, conv.past)
    return window


class ResidualBlock(nn.Module):
    """(norm, SiLU, causal 3x3x3 convolution) twice, around a shortcut."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.norm1 = ChannelNorm(inputs, 3)
        self.conv1 = CausalConv3d(inputs, outputs, (3, 3, 3))
        self.norm2 = ChannelNorm(outputs, 3)
        self.conv2 = CausalConv3d(outputs, outputs, (3, 3, 3))
        self.conv_shortcut = CausalConv3d(inputs, outputs, (1, 1, 1)) if inputs != outputs else None

    def forward(self, x: Tensor, cache: Cache) -> Tensor:
        """[batch, inputs, frames, height, width] -> [batch, outputs, frames, height, width]."""
        shortcut = x if self.conv_shortcut is None else self.conv_shortcut(x, cache)
        if pixels.fits(x):
            framed = cache.rows is not None
            hidden = self.conv1.convolve(_window(self.norm1, self.conv1, x, None, cache), biased=False, framed=framed)
            window = _window(self.norm2, self.conv2, hidden, self.conv1.bias, cache)
            del hidden  # frees a largest-size tensor before the next is allocated
            return pixels.add(self.conv2.convolve(window, biased=False, framed=framed), bias_of(self.conv2), shortcut)
        hidden = activated(self.norm1, self.conv1, x, cache)
        hidden = activated(self.norm2, self.conv2, hidden, cache)
        return hidden + shortcut if torch.is_grad_enabled() else hidden.add_(shortcut)


def bias_of(conv: nn.Module) -> Tensor:
    """The bias of a convolution that has one."""
    bias = conv.bias
    assert isinstance(bias, Tensor)
    return bias


class SpatialAttention(nn.Module):
    """Single-head self-attention within each frame."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = ChannelNorm(channels, 2)
        self.to_qkv = nn.Conv2d(channels, 3 * channels, 1)
        self.proj = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor, cache: Cache) -> Tensor:
        """[batch, channels, frames, height, width] -> same shape."""
        images = as_images(x)
        qkv: Tensor = self.to_qkv(self.norm(images))
        query, *seen = qkv.flatten(2).transpose(1, 2)[:, None].chunk(3, dim=-1)
        key, value = seen if cache.rows is None else _everybodys(cache.rows, *seen)
        mixed = F.scaled_dot_product_attention(query, key, value)[:, 0].transpose(1, 2)
        return x + as_video(self.proj(mixed.unflatten(2, images.shape[2:])), x.shape[0])


def _everybodys(rows: RowShare, key: Tensor, value: Tensor) -> tuple[Tensor, ...]:
    """Keys and values [images, 1, pixels, channels] of all processes' rows, in one exchange."""
    return rows.gathered(torch.cat((key, value), dim=-1)[:, 0])[:, None].chunk(2, dim=-1)


class MiddleBlock(nn.Module):
    """Residual block, attention, residual block at the smallest scale."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.attentions = nn.ModuleList([SpatialAttention(channels)])
        self.resnets = nn.ModuleList([ResidualBlock(channels, channels), ResidualBlock(channels, channels)])

    def forward(self, x: Tensor, cache: Cache) -> Tensor:
        """[batch, channels, frames, height, width] -> same shape."""
        return self.resnets[1](self.attentions[0](self.resnets[0](x, cache), cache), cache)
