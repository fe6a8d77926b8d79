"""The starter's networks: their shapes, and loading them from files for training."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import UMT5Config, UMT5EncoderModel

from artifex.catalog.wan.transformer import TransformerConfig, WanTransformer
from artifex.catalog.wan.vae import VaeConfig, WanVAE

LATENT_CHANNELS = 48
TEXT_TOKENS = 512  # a prompt is padded with zeros to this length, as in Wan

TRANSFORMER: dict[str, Any] = {
    "num_attention_heads": 4,
    "attention_head_dim": 64,
    "in_channels": LATENT_CHANNELS,
    "out_channels": LATENT_CHANNELS,
    "text_dim": 192,
    "freq_dim": 256,
    "ffn_dim": 768,
    "num_layers": 8,
    "patch_size": [1, 2, 2],
    "cross_attn_norm": True,
    "eps": 1e-6,
}
VAE: dict[str, Any] = {
    "attn_scales": [],
    "base_dim": 16,
    "decoder_base_dim": 16,
    "dim_mult": [1, 2, 4, 4],
    "dropout": 0.0,
    "in_channels": 12,
    "is_residual": True,
    "num_res_blocks": 1,
    "out_channels": 12,
    "patch_size": 2,
    "scale_factor_spatial": 16,
    "scale_factor_temporal": 4,
    "temperal_downsample": [False, True, True],
    "z_dim": LATENT_CHANNELS,
}


def text_encoder_config() -> UMT5Config:
    """The config of a small UMT5."""
    return UMT5Config(
        vocab_size=1114, d_model=TRANSFORMER["text_dim"], d_kv=32, d_ff=384, num_layers=2, num_decoder_layers=0,
        num_heads=6, dropout_rate=0.0, feed_forward_proj="gated-gelu", pad_token_id=0, eos_token_id=1,
        is_encoder_decoder=False, use_cache=False,
    )  # fmt: skip


def load_text_encoder(file: Path) -> UMT5EncoderModel:
    """Load the trained text encoder, frozen, in float32."""
    encoder = UMT5EncoderModel(text_encoder_config())
    weights = {name: value.float() for name, value in load_file(file).items()}
    missing = encoder.load_state_dict(weights, strict=False).missing_keys
    if set(missing) - {"encoder.embed_tokens.weight"}:
        raise ValueError(f"{file} lacks {missing}")
    return encoder.eval().requires_grad_(False)


def load_vae(folder: Path) -> WanVAE:
    """Load the VAE from a folder with config.json and weights, in float32."""
    config = VaeConfig.from_dict(json.loads((folder / "config.json").read_text()))
    vae = WanVAE(config)
    load_strictly(vae, folder / "diffusion_pytorch_model.safetensors")
    return vae


def load_transformer(file: Path) -> WanTransformer:
    """Load the transformer from a weights file, in float32."""
    transformer = WanTransformer(TransformerConfig.from_dict(TRANSFORMER))
    load_strictly(transformer, file)
    return transformer


def load_strictly(module: nn.Module, file: Path) -> None:
    """Load the file into the module as float32; the names must match exactly."""
    module.load_state_dict({name: value.float() for name, value in load_file(file).items()})


def round_to_bfloat16(module: nn.Module) -> None:
    """Round float32 weights to the values that the shipped bfloat16 file will hold."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(parameter.bfloat16().float())


def normalised(vae: WanVAE, mean: Tensor) -> Tensor:
    """Posterior means [B, C, T, H, W] to the latents the transformer works on."""
    shift, scale = _statistics(vae, mean)
    return (mean - shift) / scale


def raw(vae: WanVAE, latents: Tensor) -> Tensor:
    """Inverse of `normalised`."""
    shift, scale = _statistics(vae, latents)
    return latents * scale + shift


def _statistics(vae: WanVAE, like: Tensor) -> tuple[Tensor, Tensor]:
    def column(values: tuple[float, ...]) -> Tensor:
        return torch.tensor(values, device=like.device).view(1, -1, 1, 1, 1)

    return column(vae.config.latents_mean), column(vae.config.latents_std)
