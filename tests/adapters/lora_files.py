"""One random LoRA for a small network, written in every layout there is."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import save_file
from torch import Tensor

from artifex.catalog.wan.transformer import TransformerConfig, WanTransformer
from tests.catalog.small_wan import TRANSFORMER

# Authors' name of every linear layer of a block, and Diffusers'.
BLOCK = {
    **{
        f"{theirs}_attn.{letter}": f"{ours}.to_{letter}"
        for theirs, ours in (("self", "attn1"), ("cross", "attn2"))
        for letter in "qkv"
    },
    "self_attn.o": "attn1.to_out.0",
    "cross_attn.o": "attn2.to_out.0",
    "ffn.0": "ffn.net.0.proj",
    "ffn.2": "ffn.net.2",
}
AROUND = {
    "time_embedding.0": "condition_embedder.time_embedder.linear_1",
    "time_embedding.2": "condition_embedder.time_embedder.linear_2",
    "text_embedding.0": "condition_embedder.text_embedder.linear_1",
    "text_embedding.2": "condition_embedder.text_embedder.linear_2",
    "time_projection.1": "condition_embedder.time_proj",
    "head.head": "proj_out",
}
AUTHORS = {
    **{f"blocks.{n}.{theirs}": f"blocks.{n}.{ours}" for n in range(2) for theirs, ours in BLOCK.items()},
    **AROUND,
}
RANK = 4


class Pair(NamedTuple):
    down: Tensor
    up: Tensor


def small_network(**config: object) -> WanTransformer:
    torch.manual_seed(5)
    network = WanTransformer(TransformerConfig.from_dict({**TRANSFORMER, **config}))
    return network.requires_grad_(False).eval()


def random_pairs(seed: int = 0, rank: int = RANK) -> dict[str, Pair]:
    """A pair for every linear layer, by the authors' name."""
    generator = torch.Generator().manual_seed(seed)
    modules = dict(small_network().named_modules())
    pairs: dict[str, Pair] = {}
    for theirs, ours in AUTHORS.items():
        layer = modules[ours]
        assert isinstance(layer, torch.nn.Linear)
        down = torch.randn(rank, layer.in_features, generator=generator) * 0.1
        pairs[theirs] = Pair(down, torch.randn(layer.out_features, rank, generator=generator) * 0.1)
    return pairs


def in_layout(layout: str, pairs: Mapping[str, Pair], alpha: float | None = None) -> dict[str, Tensor]:
    """Tensors by the names this layout gives them; with `alpha` where the layout has a place for it."""
    tensors: dict[str, Tensor] = {}
    for theirs, pair in pairs.items():
        ours = AUTHORS[theirs]
        module, down, up = {
            "diffusers": (f"transformer.{ours}", "lora_A.weight", "lora_B.weight"),
            "peft": (f"base_model.model.{ours}", "lora_A.default.weight", "lora_B.default.weight"),
            "bare": (ours, "lora_A.weight", "lora_B.weight"),
            "authors": (f"diffusion_model.{theirs}", "lora_down.weight", "lora_up.weight"),
            "authors-ab": (f"diffusion_model.{theirs}", "lora_A.weight", "lora_B.weight"),
            "kohya": (f"lora_unet_{theirs.replace('.', '_')}", "lora_down.weight", "lora_up.weight"),
            "musubi": (f"lora_unet_{ours.replace('.', '_')}", "lora_down.weight", "lora_up.weight"),
            "fun": (f"lora_unet__{theirs.replace('.', '_')}", "lora_down.weight", "lora_up.weight"),
        }[layout]
        tensors[f"{module}.{down}"] = pair.down
        tensors[f"{module}.{up}"] = pair.up
        if alpha is not None:
            tensors[f"{module}.alpha"] = torch.tensor(alpha)
    return tensors


LAYOUTS = ("diffusers", "peft", "bare", "authors", "authors-ab", "kohya", "musubi", "fun")


def write(path: Path, tensors: Mapping[str, Tensor], **metadata: str) -> Path:
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, path, metadata or None)
    return path
