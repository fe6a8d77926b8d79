"""Resampling in the Wan VAE. In time, a clip's first frame stands alone and is neither doubled nor merged."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from artifex.catalog.wan.vae_cache import Cache, WatchedCache
from artifex.catalog.wan.vae_layers import CausalConv3d, as_images, as_video, bias_of, blank_frames
from artifex.engine.kernels import pixels


class Downsample(nn.Module):
    """Halve height and width, and the number of frames where `temporal`."""

    def __init__(self, channels: int, *, temporal: bool) -> None:
        super().__init__()
        self.resample = nn.Sequential(nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(channels, channels, 3, stride=2))
        self.time_conv = CausalConv3d(channels, channels, (3, 1, 1), stride=2) if temporal else None

    def forward(self, x: Tensor, cache: Cache) -> Tensor:
        """[batch, channels, frames, height, width]; 1 + 2n frames at the start of a clip, later 2n."""
        x = as_video(self.resample(as_images(x)), x.shape[0])
        if self.time_conv is None:
            return x
        past = cache.get(self)
        cache[self] = x[:, :, -1:].clone(memory_format=torch.preserve_format)
        if isinstance(cache, WatchedCache):
            cache.compare(past, cache[self])
        if past is not None:
            return self.time_conv.convolve(torch.cat((past, x), dim=2))
        if x.shape[2] == 1:
            return x
        return torch.cat((x[:, :, :1], self.time_conv.convolve(x)), dim=2)


class Upsample(nn.Module):
    """Double height and width, and the number of frames where `temporal`."""

    def __init__(self, channels: int, outputs: int, *, temporal: bool) -> None:
        super().__init__()
        doubling = nn.Upsample(scale_factor=2.0, mode="nearest-exact")
        self.resample = nn.Sequential(doubling, nn.Conv2d(channels, outputs, 3, padding=1))
        self.time_conv = CausalConv3d(channels, 2 * channels, (3, 1, 1)) if temporal else None

    def forward(self, x: Tensor, cache: Cache) -> Tensor:
        """[batch, channels, frames, height, width] -> [batch, outputs, frames * 2 or more, height * 2, width * 2]."""
        if pixels.fits(x):
            return pixels.add(self.unbiased(x, cache), self.bias)
        if self.time_conv is not None:
            x = self._double_frames(self.time_conv, x, cache)
        wide = as_video(self.resample[0](as_images(x)), x.shape[0])
        return self._convolved(wide if cache.rows is None else cache.rows.framed(wide), cache, self.bias)

    @property
    def bias(self) -> Tensor:
        """Bias of the final convolution, [outputs]."""
        return bias_of(self.resample[1])

    def unbiased(self, x: Tensor, cache: Cache) -> Tensor:
        """`forward` without that bias, for tensors that `pixels.fits`."""
        rows = cache.rows
        edges = 0 if rows is None else 1
        if self.time_conv is not None and self.time_conv in cache:
            window, bias = self.time_conv.extended(x, cache), bias_of(self.time_conv)
            wide = pixels.double(self.time_conv.convolve(window, biased=False), bias, turns=2, edges=edges)
        else:
            x = x if self.time_conv is None else self._double_frames(self.time_conv, x, cache)
            wide = pixels.double(x, edges=edges)
        if rows is not None:
            rows.fill_frame(wide)
        return self._convolved(wide, cache, None)

    def _convolved(self, wide: Tensor, cache: Cache, bias: Tensor | None) -> Tensor:
        """Convolve a doubled picture; a share of its rows already includes the neighbouring rows."""
        convolution = self.resample[1]
        assert isinstance(convolution, nn.Conv2d)
        padding = (1 if cache.rows is None else 0, 1)
        return as_video(F.conv2d(as_images(wide), convolution.weight, bias, padding=padding), wide.shape[0])

    def _double_frames(self, time_conv: CausalConv3d, x: Tensor, cache: Cache) -> Tensor:
        """Double the frames; the first of a clip passes unchanged, and later frames do not see it."""
        if time_conv in cache:
            return interleave(time_conv(x, cache))
        first, rest = x[:, :, :1], x[:, :, 1:]
        if rest.shape[2] == 0:
            cache[time_conv] = blank_frames(first, time_conv.past)
            return first
        return torch.cat((first, interleave(time_conv(rest, cache))), dim=2)


def interleave(x: Tensor) -> Tensor:
    """[batch, 2 * channels, frames, ...] -> [batch, channels, 2 * frames, ...]: halves of the channels alternate."""
    rows = x.movedim(1, -1).unflatten(-1, (2, -1)).permute(0, 1, 4, 2, 3, 5).flatten(1, 2)
    return rows.movedim(-1, 1)


class AverageDown(nn.Module):
    """Down-sampling shortcut of the residual kind: neighbours are moved to channels, then averaged in groups."""

    def __init__(self, inputs: int, outputs: int, *, temporal: bool, spatial: bool) -> None:
        super().__init__()
        self.outputs = outputs
        self.frames = 2 if temporal else 1
        self.side = 2 if spatial else 1

    def forward(self, x: Tensor) -> Tensor:
        """With temporal merging, an odd number of frames (at a clip's start) gets a frame of zeros in front."""
        x = F.pad(x, (0, 0, 0, 0, -x.shape[2] % self.frames, 0))
        x = x.unflatten(4, (-1, self.side)).unflatten(3, (-1, self.side)).unflatten(2, (-1, self.frames))
        x = x.permute(0, 1, 3, 5, 7, 2, 4, 6).flatten(1, 4)
        return x.unflatten(1, (self.outputs, -1)).mean(dim=2)


class DuplicateUp(nn.Module):
    """Up-sampling shortcut of the residual kind: channels are spread to neighbours, repeated where too few."""

    def __init__(self, inputs: int, outputs: int, *, temporal: bool) -> None:
        super().__init__()
        self.outputs = outputs
        self.frames = 2 if temporal else 1
        # An output channel has inputs / outputs values for its neighbours in (time, row, column): the leading axes
        # get values of their own, along the others values are repeated.
        self.own = [1, 1, 1]
        values = inputs // outputs
        for axis, length in enumerate((self.frames, 2, 2)):
            if values > 1:
                self.own[axis] = length
                values //= length

    def forward(self, x: Tensor, *, first: bool) -> Tensor:
        """`first`: x starts a clip, whose first frame is not doubled."""
        x = x.movedim(1, -1).unflatten(-1, (self.outputs, *self.own))
        x = x.expand(*x.shape[:5], self.frames, 2, 2).permute(0, 1, 5, 2, 6, 3, 7, 4)
        x = x.flatten(5, 6).flatten(3, 4).flatten(1, 2).movedim(-1, 1)
        return x[:, :, self.frames - 1 :] if first else x

    def onto(self, x: Tensor, bias: Tensor, source: Tensor, *, first: bool) -> Tensor:
        """`x + bias + self(source)`, in place, for tensors that `pixels.fits`."""
        turns, rows, columns = self.own
        before = self.frames - 1 if first else 0
        return pixels.add_spread(x, bias, source, (turns, rows, columns), self.frames, before)
