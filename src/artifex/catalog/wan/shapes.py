"""Shapes of the networks of every published Wan checkpoint, so that clips can be planned before it is installed."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from artifex.catalog.wan.latent_statistics import STATISTICS
from artifex.catalog.wan.s2v.config import SpeechConfig
from artifex.catalog.wan.transformer_config import TransformerConfig
from artifex.catalog.wan.umt5_config import UMT5Config
from artifex.catalog.wan.vae_config import VaeConfig

Extra = Literal["none", "clip", "speech"]
"""Additional networks of a checkpoint: a CLIP picture encoder, or those for a voice."""

UMT5_XXL = UMT5Config()
VAE_21 = VaeConfig(*STATISTICS[16])
VAE_22 = VaeConfig(
    *STATISTICS[48],
    base_dim=160,
    decoder_base_dim=256,
    z_dim=48,
    is_residual=True,
    in_channels=12,
    out_channels=12,
    patch_size=2,
)


@dataclass(frozen=True, slots=True)
class Shapes:
    """Networks of one checkpoint."""

    transformer: TransformerConfig
    vae: VaeConfig = VAE_21
    text: UMT5Config = UMT5_XXL
    experts: int = 1
    boundary: float = 1.0
    """Share of the timesteps from which on the high-noise expert is used."""
    extra: Extra = "none"


_SMALL = TransformerConfig(num_attention_heads=12, ffn_dim=8960, num_layers=30)
_5B = TransformerConfig(num_attention_heads=24, in_channels=48, out_channels=48, ffn_dim=14336, num_layers=30)
_14B = TransformerConfig()
_14B_PICTURE = TransformerConfig(in_channels=36)
_14B_CLIP = TransformerConfig(in_channels=36, image_dim=1280)

SHAPES: Mapping[str, Shapes] = MappingProxyType(
    {
        "wan2.2-t2v-a14b": Shapes(_14B, experts=2, boundary=0.875),
        "wan2.2-i2v-a14b": Shapes(_14B_PICTURE, experts=2, boundary=0.9),
        "wan2.2-ti2v-5b": Shapes(_5B, VAE_22),
        "wan2.2-s2v-14b": Shapes(SpeechConfig(), extra="speech"),
        "wan2.1-t2v-1.3b": Shapes(_SMALL),
        "wan2.1-t2v-14b": Shapes(_14B),
        "wan2.1-i2v-14b-480p": Shapes(_14B_CLIP, extra="clip"),
        "wan2.1-i2v-14b-720p": Shapes(_14B_CLIP, extra="clip"),
    }
)
"""Shapes by the checkpoint's name in the catalog."""
