"""How far a backend is from textbook attention, on random numbers: what it is tried on before it is trusted."""

from collections.abc import Callable

import torch
from torch import Tensor

from artifex.engine.attention.sdpa import sdpa_attention

_TOKENS, _HEADS, _HEAD_DIM = 2048, 2, 128


def wrong_by(attend: Callable[[Tensor, Tensor, Tensor], Tensor], device: torch.device, sharpness: float = 1.0) -> float:
    """Relative error against float32.

    Args:
        attend: the backend; arguments and result as of `Attention`, in bfloat16.
        device: where.
        sharpness: keys are multiplied with it: with large ones every query attends to few.
    """
    generator = torch.Generator().manual_seed(0)
    query, key, value = torch.randn((3, 1, _HEADS, _TOKENS, _HEAD_DIM), generator=generator).to(device, torch.bfloat16)
    got = attend(query, key * sharpness, value)
    wanted = sdpa_attention(query.float(), key.float() * sharpness, value.float())
    return float((got.float() - wanted).norm() / wanted.norm())
