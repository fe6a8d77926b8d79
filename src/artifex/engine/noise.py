"""Where randomness enters: seeded, drawn on the CPU, so that every device starts from the same noise."""

import torch
from torch import Tensor


def gaussian_noise(shape: tuple[int, ...], seed: int) -> Tensor:
    """Standard normal noise, float32 on the CPU: the same for a seed wherever the model then runs."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float32)
