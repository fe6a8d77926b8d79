"""Shape of a Wan VAE, read from a Diffusers `vae/config.json`."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


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
        """Video frames to one latent frame."""
        return 2 ** sum(self.temperal_downsample)

    @property
    def spatial_factor(self) -> int:
        """Pixels to one latent cell, along each of height and width."""
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
