"""Small random networks, placed as an execution says."""

import torch
from torch import Tensor

from artifex.catalog.execution import Execution
from artifex.catalog.wan.residency import Residency
from artifex.catalog.wan.transformer import TransformerConfig, WanTransformer
from artifex.engine.weights.empty import build_empty
from artifex.engine.weights.fill import fill
from artifex.engine.weights.random import RandomTensors

CONFIG = TransformerConfig(
    num_attention_heads=4, attention_head_dim=24, in_channels=8, out_channels=8, text_dim=32, ffn_dim=192, num_layers=6
)
PLAIN = Execution("cpu", "float32")


def experts(execution: Execution, count: int = 2, rank: int = 0) -> tuple[Residency, list[WanTransformer]]:
    """Transformers of seeds 0, 1, ..."""
    residency = Residency(execution, count, rank)
    networks: list[WanTransformer] = []
    for seed in range(count):
        network = build_empty(lambda: WanTransformer(CONFIG))
        source = RandomTensors.like(network, torch.float32, seed)
        fill(network, source, residency.prepare(network, source))
        networks.append(network)
    return residency, networks


def inputs(frames: int = 3) -> tuple[Tensor, Tensor, Tensor]:
    """Latents, timestep, text."""
    generator = torch.Generator().manual_seed(0)
    latents = torch.randn((1, 8, frames, 8, 12), generator=generator)
    return latents, torch.tensor([500]), torch.randn((1, 9, 32), generator=generator)
