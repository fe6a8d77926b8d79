"""Shape of a Wan VAE, read from a Diffusers `vae/config.json` or from its tensors."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from artifex.catalog.wan.latent_statistics import STATISTICS
from artifex.catalog.wan.tensor_shapes import TensorShapes

_TILE = 64
"""Channels that a GPU processes at once."""


def convolved_channels(channels: int, size: int) -> int:
    """Input channels of a 3x3x3 convolution on a GPU, zero-padded, for elements of ``size`` bytes.

    cuDNN is slower with 96 channels of 16 bits than with 128.
    """
    return -(-channels // _TILE) * _TILE if size == 2 and channels > _TILE else channels


@dataclass(frozen=True, slots=True)
class VaeConfig:
    """Field names are those of Diffusers' AutoencoderKLWan ("temperal" included)."""

    latents_mean: tuple[float, ...]
    latents_std: tuple[float, ...]
    base_dim: int = 96
    decoder_base_dim: int | None = None
    z_dim: int = 16
    dim_mult: tuple[int, ...] = (1, 2, 4, 4)
    num_res_blocks: int = 2
    temperal_downsample: tuple[bool, ...] = (False, True, True)
    is_residual: bool = False
    in_channels: int = 3
    out_channels: int = 3
    patch_size: int | None = None

    @property
    def temporal_factor(self) -> int:
        """Video frames per latent frame."""
        return 2 ** sum(self.temperal_downsample)

    @property
    def spatial_factor(self) -> int:
        """Pixels per latent cell, along each of height and width."""
        return 2 ** len(self.temperal_downsample) * (self.patch_size or 1)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "VaeConfig":
        """Take the known fields.

        Raises:
            ValueError: the config asks for attention inside the scales, which no Wan VAE has, or lacks the
                statistics that normalise latents.
        """
        if values.get("attn_scales"):
            raise ValueError("attn_scales is set; Wan VAEs have attention in the middle block only")
        if "latents_mean" not in values or "latents_std" not in values:
            raise ValueError("latents_mean or latents_std is missing")
        known: dict[str, Any] = {}
        for field in fields(cls):
            if field.name in values:
                value = values[field.name]
                known[field.name] = tuple(value) if isinstance(value, list) else value
        return cls(**known)

    @classmethod
    def from_shapes(cls, shapes: TensorShapes) -> "VaeConfig":
        """Infer the shape from tensors in Diffusers' names; the number of latent channels determines the statistics.

        Raises:
            ValueError: a tensor is missing, or the latents are those of no Wan VAE.
        """
        base, in_channels, *_ = shapes.of("encoder.conv_in.weight", 5)
        out_channels, decoder_base, *_ = shapes.of("decoder.conv_out.weight", 5)
        z_dim = shapes.of("post_quant_conv.weight", 5)[0]
        if z_dim not in STATISTICS:
            raise ValueError(f"latents of {z_dim} channels are those of no Wan VAE")
        residual = "encoder.down_blocks.0.resnets.0.conv1.weight" in shapes
        upsampler = "upsampler" if residual else "upsamplers.0"
        scales = [f"decoder.up_blocks.{index}" for index in reversed(range(shapes.count("decoder.up_blocks")))]
        widths = [shapes.of(f"{scale}.resnets.0.conv1.weight", 5)[0] for scale in scales]
        mean, std = STATISTICS[z_dim]
        return cls(
            latents_mean=mean,
            latents_std=std,
            base_dim=base,
            decoder_base_dim=None if decoder_base == base else decoder_base,
            z_dim=z_dim,
            dim_mult=tuple(width // decoder_base for width in widths),
            num_res_blocks=shapes.count(f"{scales[0]}.resnets") - 1,
            # The decoder's last scale, first here, does not resample.
            temperal_downsample=tuple(f"{scale}.{upsampler}.time_conv.weight" in shapes for scale in scales[1:]),
            is_residual=residual,
            in_channels=in_channels,
            out_channels=out_channels,
            patch_size=math.isqrt(in_channels // 3) if in_channels > 3 else None,
        )
