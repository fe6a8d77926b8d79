"""Layers of the Wan VAE: causal in time, so that a clip can pass through chunk by chunk.

Activations are [batch, channels, frames, height, width] in channels-last memory. A `Cache` carries what a layer
must remember of earlier chunks; an empty one stands before the first frame of a clip.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from artifex.catalog.wan.vae_config import convolved_channels
from artifex.engine.kernels import pixels

Cache = dict[nn.Module, Tensor]
"""The last frames each layer saw, by layer."""


class WatchedCache(Cache):
    """A cache that can tell whether layers remember what they remembered before: see `repeats`."""

    def __init__(self) -> None:
        super().__init__()
        self.watching = False
        self.changed = False

    def compare(self, before: Tensor | None, after: Tensor) -> None:
        """A layer remembers `after` in place of `before`; looked at only while `watching`."""
        if self.watching and not self.changed:
            self.changed = before is None or not torch.equal(before, after)


def compare_window(cache: Cache, window: Tensor, past: int) -> None:
    """A chunk passed a layer: its window began with the `past` frames it remembered, and ends with those it will."""
    if isinstance(cache, WatchedCache):
        cache.compare(window[:, :, :past], window[:, :, window.shape[2] - past :])


class CausalConv3d(nn.Conv3d):
    """Convolution that looks at the present and the past: `kernel - 1` frames before, zeros before the clip."""

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
        return self.convolve(self.extended(x, cache))

    def extended(self, x: Tensor, cache: Cache) -> Tensor:
        """A chunk behind the frames before it, [batch, inputs, past + frames, ...]; its last ones are remembered."""
        past = self.remembered(x, cache)
        window = torch.cat((past, x), dim=2)
        compare_window(cache, window, self.past)
        last = window[:, :, window.shape[2] - self.past :]
        # In place where no gradient is asked for: new memory at every step leaves holes between the large pieces.
        keeps = torch.is_grad_enabled()
        cache[self] = last.clone(memory_format=torch.preserve_format) if keeps else past.copy_(last)
        return window

    def remembered(self, x: Tensor, cache: Cache) -> Tensor:
        """The frames before a chunk; zeros, from here on remembered, before a clip."""
        if self not in cache:
            cache[self] = blank_frames(x, self.past)
        return cache[self]

    def convolve(self, window: Tensor, *, biased: bool = True) -> Tensor:
        """Convolve without padding in time; the bias may be left for the arithmetic behind it.

        On a CPU a 3-D kernel is taken apart into one 2-D convolution for each of its frames: torch's own 3-D
        convolution was measured up to 18 times slower there at the channel counts of small models.
        """
        if window.device.type != "cpu":
            bias, spare = self.bias if biased else None, window.shape[1] - self.in_channels
            weight = self.weight if spare == 0 else F.pad(self.weight, (0, 0, 0, 0, 0, 0, 0, spare))
            weight = weight.contiguous(memory_format=torch.channels_last_3d)
            return F.conv3d(window, weight, bias, self.stride, padding=(0, *self.spatial_padding))
        frames = (window.shape[2] - self.kernel_size[0]) // self.stride[0] + 1
        total: Tensor | None = None
        for offset in range(self.kernel_size[0]):
            end = offset + (frames - 1) * self.stride[0] + 1
            part = window[:, :, offset : end : self.stride[0]]
            bias = self.bias if biased and offset == 0 else None
            image = F.conv2d(as_images(part), self.weight[:, :, offset], bias, padding=self.spatial_padding)
            total = image if total is None else total.add_(image)
        assert total is not None
        return as_video(total, window.shape[0])


def blank_frames(like: Tensor, count: int) -> Tensor:
    """Frames of zeros, [batch, channels, count, height, width].

    In channels-last memory: what they are joined with would otherwise lose it, and convolve at half the speed.
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
    """In place where no gradient is asked for: at the largest scale each tensor is hundreds of megabytes."""
    return F.silu(x, inplace=not torch.is_grad_enabled())


_EPS = 1e-24
"""The original divides by max(norm, 1e-12); this is as far below any activation."""


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
        return conv.convolve(_window(norm, conv, x, None, cache))
    return conv(silu(norm(x)), cache)


def _window(norm: ChannelNorm, conv: CausalConv3d, x: Tensor, bias: Tensor | None, cache: Cache) -> Tensor:
    """What a convolution sees: the frames it remembers, and `silu(norm(x + bias))` written straight behind them."""
    frames, channels = x.shape[2], x.shape[1]
    channels = convolved_channels(channels, x.element_size()) if x.is_cuda else channels
    shape = (1, channels, conv.past + frames, *x.shape[3:])
    window = torch.empty(shape, dtype=x.dtype, device=x.device, memory_format=torch.channels_last_3d)
    past = conv.remembered(window, cache)
    window[:, :, : conv.past] = past
    reaches_back = frames < conv.past
    pixels.norm_silu(x, bias, norm.gamma, _EPS, window[:, :, conv.past :], None if reaches_back else past)
    if reaches_back:
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
            hidden = self.conv1.convolve(_window(self.norm1, self.conv1, x, None, cache), biased=False)
            window = _window(self.norm2, self.conv2, hidden, self.conv1.bias, cache)
            del hidden  # as large as anything: not needed while the next one is made
            return pixels.add(self.conv2.convolve(window, biased=False), bias_of(self.conv2), shortcut)
        hidden = activated(self.norm1, self.conv1, x, cache)
        hidden = activated(self.norm2, self.conv2, hidden, cache)
        return hidden + shortcut if torch.is_grad_enabled() else hidden.add_(shortcut)


def bias_of(conv: nn.Module) -> Tensor:
    """Of a convolution that has one."""
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

    def forward(self, x: Tensor) -> Tensor:
        """[batch, channels, frames, height, width] -> same shape."""
        images = as_images(x)
        qkv: Tensor = self.to_qkv(self.norm(images))
        query, key, value = qkv.flatten(2).transpose(1, 2)[:, None].chunk(3, dim=-1)
        mixed = F.scaled_dot_product_attention(query, key, value)[:, 0].transpose(1, 2)
        return x + as_video(self.proj(mixed.unflatten(2, images.shape[2:])), x.shape[0])


class MiddleBlock(nn.Module):
    """Residual block, attention, residual block at the smallest scale."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.attentions = nn.ModuleList([SpatialAttention(channels)])
        self.resnets = nn.ModuleList([ResidualBlock(channels, channels), ResidualBlock(channels, channels)])

    def forward(self, x: Tensor, cache: Cache) -> Tensor:
        """[batch, channels, frames, height, width] -> same shape."""
        return self.resnets[1](self.attentions[0](self.resnets[0](x, cache)), cache)
