"""Seeded noise, drawn on the CPU so that every device starts from the same values."""

import torch
from torch import Tensor


def gaussian_noise(shape: tuple[int, ...], seed: int) -> Tensor:
    """Standard normal noise, float32 on the CPU, which depends on shape and seed only."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float32)
