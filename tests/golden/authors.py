"""Networks built from the authors' descriptions and filled with the authors' tensors."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from artifex.catalog.wan.folder import Components
from artifex.catalog.wan.key_names import transformer_name, umt5_name, vae_name
from artifex.catalog.wan.text import PromptEncoder, read_tokenizer
from artifex.catalog.wan.transformer import TransformerConfig, WanTransformer
from artifex.catalog.wan.umt5 import UMT5Config, UMT5Encoder
from artifex.catalog.wan.vae import VaeConfig, WanVAE
from artifex.catalog.wan.weights import fill, read_config, read_tensors, weight_files
from tests.golden.cases import load_pth

CPU = torch.device("cpu")

# Latent statistics are written in the authors' code, not in their checkpoints.
STATISTICS = {
    16: (
        (
            "-0.7571 -0.7089 -0.9113 0.1075 -0.1745 0.9653 -0.1517 1.5508 0.4134 -0.0715 0.5517 -0.3632 "
            "-0.1922 -0.9497 0.2503 -0.2921"
        ),
        (
            "2.8184 1.4541 2.3275 2.6558 1.2196 1.7708 2.6052 2.0743 3.2687 2.1526 2.8652 1.5579 1.6382 "
            "1.1253 2.8251 1.9160"
        ),
    ),
    48: (
        (
            "-0.2289 -0.0052 -0.1323 -0.2339 -0.2799 0.0174 0.1838 0.1557 -0.1382 0.0542 0.2813 0.0891 0.1570 "
            "-0.0098 0.0375 -0.1825 -0.2246 -0.1207 -0.0698 0.5109 0.2665 -0.2108 -0.2158 0.2502 -0.2055 "
            "-0.0322 0.1109 0.1567 -0.0729 0.0899 -0.2799 -0.1230 -0.0313 -0.1649 0.0117 0.0723 -0.2839 "
            "-0.2083 -0.0520 0.3748 0.0152 0.1957 0.1433 -0.2944 0.3573 -0.0548 -0.1681 -0.0667"
        ),
        (
            "0.4765 1.0364 0.4514 1.1677 0.5313 0.4990 0.4818 0.5013 0.8158 1.0344 0.5894 1.0901 0.6885 "
            "0.6165 0.8454 0.4978 0.5759 0.3523 0.7135 0.6804 0.5833 1.4146 0.8986 0.5659 0.7069 0.5338 "
            "0.4889 0.4917 0.4069 0.4999 0.6866 0.4093 0.5709 0.6065 0.6415 0.4944 0.5726 1.2042 0.5458 "
            "1.6887 0.3971 1.0600 0.3943 0.5537 0.5444 0.4089 0.7468 0.7744"
        ),
    ),
}


def transformer(config: Mapping[str, Any], files: list[Path]) -> WanTransformer:
    network = WanTransformer(TransformerConfig.from_authors(config))
    fill(network, read_tensors(files), torch.float32, CPU, transformer_name)
    return network


def vae(config: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> WanVAE:
    residual = config.get("dec_dim") is not None
    channels = 48 if residual else 16
    mean, std = (tuple(float(value) for value in row.split()) for row in STATISTICS[channels])
    shape: dict[str, Any] = (
        {"is_residual": True, "patch_size": 2, "in_channels": 12, "out_channels": 12} if residual else {}
    )
    described = VaeConfig(
        latents_mean=mean,
        latents_std=std,
        base_dim=config["dim"],
        decoder_base_dim=config.get("dec_dim"),
        z_dim=channels,
        **shape,
    )
    network = WanVAE(described)
    rename = partial(vae_name, res_blocks=described.num_res_blocks)
    fill(network, iter(tensors.items()), torch.float32, CPU, rename)
    return network


def text_encoder(config: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> UMT5Encoder:
    described = UMT5Config(
        vocab_size=config["vocab_size"],
        d_model=config["dim"],
        d_kv=config["dim_attn"] // config["num_heads"],
        d_ff=config["dim_ffn"],
        num_heads=config["num_heads"],
        num_layers=config["encoder_layers"],
        relative_attention_num_buckets=config["num_buckets"],
    )
    network = UMT5Encoder(described)
    fill(network, iter(tensors.items()), torch.float32, CPU, umt5_name)
    return network


def ti2v_components(config: Mapping[str, Any], folder: Path) -> Components:
    """A TI2V-5B checkpoint in the authors' layout."""
    t5 = text_encoder(config["t5"], load_pth(folder / "models_t5_umt5-xxl-enc-bf16.pth"))
    return Components(
        prompts=PromptEncoder(read_tokenizer(folder / "google" / "umt5-xxl" / "tokenizer.json"), t5),
        vae=vae(config["vae"], load_pth(folder / "Wan2.2_VAE.pth")),
        low_noise=transformer(read_config(folder / "config.json"), weight_files(folder, "diffusion_pytorch_model")),
        high_noise=None,
        boundary=1.0,
        device=CPU,
    )
