"""A whole Wan checkpoint in the Diffusers layout, small and random, written to a folder."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from artifex.catalog.wan.transformer import TransformerConfig, WanTransformer
from artifex.catalog.wan.umt5 import UMT5Config, UMT5Encoder
from artifex.catalog.wan.vae import VaeConfig, WanVAE
from tests.golden.cases import find_case

TEXT: dict[str, Any] = {
    "vocab_size": 512, "d_model": 32, "d_kv": 8, "d_ff": 64, "num_heads": 4, "num_layers": 1,
    "feed_forward_proj": "gated-gelu"
}  # fmt: skip
TRANSFORMER: dict[str, Any] = {
    "num_attention_heads": 2, "attention_head_dim": 24, "in_channels": 8, "out_channels": 8, "text_dim": 32,
    "ffn_dim": 64, "num_layers": 2, "patch_size": [1, 2, 2]
}  # fmt: skip
VAE: dict[str, Any] = {
    "latents_mean": [0.0] * 8, "latents_std": [1.0] * 8, "base_dim": 4, "decoder_base_dim": 4, "z_dim": 8,
    "num_res_blocks": 1, "is_residual": True, "patch_size": 2, "in_channels": 12, "out_channels": 12
}  # fmt: skip


def write_small_wan(folder: Path, *, experts: int = 1) -> Path:
    """16 pixels to a latent cell, 4 frames to a latent frame; two experts where asked for."""
    torch.manual_seed(0)
    _write(folder / "vae", VAE, lambda: WanVAE(VaeConfig.from_dict(VAE)))
    _write(folder / "text_encoder", TEXT, lambda: UMT5Encoder(UMT5Config.from_dict(TEXT)), "model")
    for name in ("transformer", "transformer_2")[:experts]:
        _write(folder / name, TRANSFORMER, lambda: WanTransformer(TransformerConfig.from_dict(TRANSFORMER)))
    (folder / "model_index.json").write_text(json.dumps({"boundary_ratio": 0.9 if experts == 2 else None}))
    tokenizer = find_case("pipe_ti2v").folder / "ckpt" / "google" / "umt5-xxl" / "tokenizer.json"
    (folder / "tokenizer").mkdir()
    shutil.copy(tokenizer, folder / "tokenizer" / "tokenizer.json")
    return folder


def change_tensors(file: Path, change: Callable[[dict[str, torch.Tensor]], None]) -> None:
    """Rewrite a weights file with some of its tensors changed."""
    tensors = {name: tensor.clone() for name, tensor in load_file(file).items()}
    change(tensors)
    save_file(tensors, file)


def _write(
    folder: Path, config: dict[str, Any], build: Callable[[], nn.Module], stem: str = "diffusion_pytorch_model"
) -> None:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(config))
    save_file(build().state_dict(), folder / f"{stem}.safetensors")
