"""Encoder and decoder of the Wan VAE: the plain kind (Wan2.1) and the residual kind (Wan2.2)."""

from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor, nn

from artifex.catalog.wan.vae_cache import Cache
from artifex.catalog.wan.vae_config import VaeConfig
from artifex.catalog.wan.vae_layers import CausalConv3d, ChannelNorm, MiddleBlock, ResidualBlock, activated
from artifex.catalog.wan.vae_resample import AverageDown, Downsample, DuplicateUp, Upsample
from artifex.engine.kernels import pixels

Part = Callable[[Tensor, Cache], Tensor]
"""A part of a network that processes chunks and keeps what it must remember in the cache."""


def _residual_blocks(inputs: int, outputs: int, count: int) -> list[nn.Module]:
    return [ResidualBlock(inputs if index == 0 else outputs, outputs) for index in range(count)]


class ResidualDown(nn.Module):
    """One scale of the residual encoder: blocks and a down-sampler around an averaging shortcut."""

    def __init__(self, inputs: int, outputs: int, blocks: int, *, temporal: bool, spatial: bool) -> None:
        super().__init__()
        self.avg_shortcut = AverageDown(inputs, outputs, temporal=temporal, spatial=spatial)
        self.resnets = nn.ModuleList(_residual_blocks(inputs, outputs, blocks))
        self.downsampler = Downsample(outputs, temporal=temporal) if spatial else None

    def forward(self, x: Tensor, cache: Cache) -> Tensor:
        """[batch, inputs, frames, height, width] -> the same at the next scale."""
        hidden = x
        for block in self.resnets:
            hidden = block(hidden, cache)
        if self.downsampler is not None:
            hidden = self.downsampler(hidden, cache)
        return hidden + self.avg_shortcut(x)


class ResidualUp(nn.Module):
    """One scale of the residual decoder: blocks and an up-sampler around a duplicating shortcut."""

    def __init__(self, inputs: int, outputs: int, blocks: int, *, temporal: bool, spatial: bool) -> None:
        super().__init__()
        self.avg_shortcut = DuplicateUp(inputs, outputs, temporal=temporal) if spatial else None
        self.resnets = nn.ModuleList(_residual_blocks(inputs, outputs, blocks))
        self.upsampler = Upsample(outputs, outputs, temporal=temporal) if spatial else None

    def forward(self, x: Tensor, cache: Cache) -> Tensor:
        """[batch, inputs, frames, height, width] -> the same at the next scale."""
        hidden = x
        for block in self.resnets:
            hidden = block(hidden, cache)
        if self.upsampler is None or self.avg_shortcut is None:
            return hidden
        first = self.upsampler.time_conv not in cache
        if pixels.fits(x):
            return self.avg_shortcut.onto(self.upsampler.unbiased(hidden, cache), self.upsampler.bias, x, first=first)
        return self.upsampler(hidden, cache) + self.avg_shortcut(x, first=first)


class PlainUp(nn.Module):
    """One scale of the plain decoder; its up-sampler halves the channels."""

    def __init__(self, inputs: int, outputs: int, blocks: int, *, temporal: bool, spatial: bool) -> None:
        super().__init__()
        self.resnets = nn.ModuleList(_residual_blocks(inputs, outputs, blocks))
        self.upsamplers = nn.ModuleList([Upsample(outputs, outputs // 2, temporal=temporal)] if spatial else [])

    def forward(self, x: Tensor, cache: Cache) -> Tensor:
        """[batch, inputs, frames, height, width] -> the same at the next scale."""
        for layer in (*self.resnets, *self.upsamplers):
            x = layer(x, cache)
        return x


def _merges(layer: nn.Module) -> bool:
    """Whether the layer reduces the number of frames."""
    down = layer.downsampler if isinstance(layer, ResidualDown) else layer
    return isinstance(down, Downsample) and down.time_conv is not None


class Encoder(nn.Module):
    """Encodes video patches to the mean and log-variance of latents."""

    def __init__(self, config: VaeConfig) -> None:
        super().__init__()
        widths = [config.base_dim * factor for factor in (1, *config.dim_mult)]
        last = len(config.dim_mult) - 1
        self.conv_in = CausalConv3d(config.in_channels, widths[0], (3, 3, 3))
        self.down_blocks = nn.ModuleList()
        for index, (inputs, outputs) in enumerate(pairwise(widths)):
            temporal = index != last and config.temperal_downsample[index]
            if config.is_residual:
                scale = ResidualDown(inputs, outputs, config.num_res_blocks, temporal=temporal, spatial=index != last)
                self.down_blocks.append(scale)
                continue
            self.down_blocks.extend(_residual_blocks(inputs, outputs, config.num_res_blocks))
            if index != last:
                self.down_blocks.append(Downsample(outputs, temporal=temporal))
        self._mergings = next((i for i, layer in enumerate(self.down_blocks) if _merges(layer)), len(self.down_blocks))
        self.mid_block = MiddleBlock(widths[-1])
        self.norm_out = ChannelNorm(widths[-1], 3)
        self.conv_out = CausalConv3d(widths[-1], 2 * config.z_dim, (3, 3, 3))

    def forward(self, x: Tensor, cache: Cache, *, by_frame: bool = False) -> Tensor:
        """[batch, in_channels, frames, height, width] -> [batch, 2 * z_dim, latent frames, ...].

        `by_frame` runs the largest scales, before frames are first merged, one frame at a time; see `Decoder`.
        """
        for part in self.parts(by_frame=by_frame):
            x = part(x, cache)
        return x

    def parts(self, *, by_frame: bool = False) -> list[Part]:
        """The parts that `forward` applies, in order."""
        beginning = [self._begin_by_frame] if by_frame else [self.conv_in, *self.down_blocks[: self._mergings]]
        return [*beginning, *self.down_blocks[self._mergings :], self.mid_block, self._end]

    def _begin_by_frame(self, x: Tensor, cache: Cache) -> Tensor:
        return torch.cat([self._begin(frame, cache) for frame in x.split(1, dim=2)], dim=2)

    def _end(self, x: Tensor, cache: Cache) -> Tensor:
        return activated(self.norm_out, self.conv_out, x, cache)

    def _begin(self, x: Tensor, cache: Cache) -> Tensor:
        """The scales before frames are first merged."""
        x = self.conv_in(x, cache)
        for layer in self.down_blocks[: self._mergings]:
            x = layer(x, cache)
        return x


class Decoder(nn.Module):
    """Decodes latents to video patches."""

    def __init__(self, config: VaeConfig) -> None:
        super().__init__()
        base = config.decoder_base_dim or config.base_dim
        widths = [base * factor for factor in (config.dim_mult[-1], *reversed(config.dim_mult))]
        upsamples = tuple(reversed(config.temperal_downsample))
        last = len(config.dim_mult) - 1
        kind = ResidualUp if config.is_residual else PlainUp
        self.conv_in = CausalConv3d(config.z_dim, widths[0], (3, 3, 3))
        self.mid_block = MiddleBlock(widths[0])
        self.up_blocks = nn.ModuleList()
        for index, (inputs, outputs) in enumerate(pairwise(widths)):
            if index > 0 and not config.is_residual:
                inputs //= 2
            temporal = index != last and upsamples[index]
            scale = kind(inputs, outputs, config.num_res_blocks + 1, temporal=temporal, spatial=index != last)
            self.up_blocks.append(scale)
        self._doublings = len(upsamples) - upsamples[::-1].index(True) if True in upsamples else 0
        self.norm_out = ChannelNorm(widths[-1], 3)
        self.conv_out = CausalConv3d(widths[-1], config.out_channels, (3, 3, 3))

    def forward(self, x: Tensor, cache: Cache, *, by_frame: bool = False) -> Tensor:
        """[batch, z_dim, latent frames, ...] -> [batch, out_channels, frames, height, width].

        `by_frame` runs the largest scales, after the last doubling of frames, one frame at a time. Layers there look
        back only at cached frames, so the values are the same, for a quarter of the memory.
        """
        x = self.mid_block(self.conv_in(x, cache), cache)
        for scale in self.up_blocks[: self._doublings]:
            x = scale(x, cache)
        if not by_frame:
            return self._finish(x, cache)
        return torch.cat([self._finish(frame, cache) for frame in x.split(1, dim=2)], dim=2)

    def _finish(self, x: Tensor, cache: Cache) -> Tensor:
        """The scales after the last doubling of frames, and the output layers."""
        for scale in self.up_blocks[self._doublings :]:
            x = scale(x, cache)
        return activated(self.norm_out, self.conv_out, x, cache)
