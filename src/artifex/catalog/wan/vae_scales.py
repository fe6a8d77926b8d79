"""Encoder and decoder of the Wan VAE: the plain kind (Wan2.1) and the residual kind (Wan2.2)."""

from itertools import pairwise

from torch import Tensor, nn
from torch.nn import functional as F

from artifex.catalog.wan.vae_config import VaeConfig
from artifex.catalog.wan.vae_layers import Cache, CausalConv3d, ChannelNorm, MiddleBlock, ResidualBlock
from artifex.catalog.wan.vae_resample import AverageDown, Downsample, DuplicateUp, Upsample


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


class Encoder(nn.Module):
    """Video patches to the mean and log-variance of latents."""

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
        self.mid_block = MiddleBlock(widths[-1])
        self.norm_out = ChannelNorm(widths[-1], 3)
        self.conv_out = CausalConv3d(widths[-1], 2 * config.z_dim, (3, 3, 3))

    def forward(self, x: Tensor, cache: Cache) -> Tensor:
        """[batch, in_channels, frames, height, width] -> [batch, 2 * z_dim, latent frames, ...]."""
        x = self.conv_in(x, cache)
        for layer in self.down_blocks:
            x = layer(x, cache)
        x = self.mid_block(x, cache)
        return self.conv_out(F.silu(self.norm_out(x)), cache)


class Decoder(nn.Module):
    """Latents to video patches."""

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
        self.norm_out = ChannelNorm(widths[-1], 3)
        self.conv_out = CausalConv3d(widths[-1], config.out_channels, (3, 3, 3))

    def forward(self, x: Tensor, cache: Cache) -> Tensor:
        """[batch, z_dim, latent frames, ...] -> [batch, out_channels, frames, height, width]."""
        x = self.mid_block(self.conv_in(x, cache), cache)
        for scale in self.up_blocks:
            x = scale(x, cache)
        return self.conv_out(F.silu(self.norm_out(x)), cache)
