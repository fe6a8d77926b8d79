"""Eight-bit products on a device that has none, or has slow ones: factors are rounded as there, and multiplied as here.

Only the sums differ from the true kernels, by float32's own rounding. Attention is not rounded.
"""

from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from artifex.engine.kernels.eight_bits import quantise_rows


def round_linears(blocks: nn.ModuleList, dtype: torch.dtype, breakage: float) -> None:
    """Let the inner blocks compute as with weights and inputs of eight bits, of a scale that is wrong by `breakage`."""
    for block in list(blocks)[1:-1]:
        for layer in block.modules():
            if isinstance(layer, nn.Linear):
                layer.weight.data = _rounded(layer.weight.data, dtype) * breakage
                layer.register_forward_pre_hook(partial(_round_input, dtype))


def _round_input(dtype: torch.dtype, _layer: nn.Module, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    return (_rounded(arguments[0], dtype), *arguments[1:])


def _rounded(tensor: Tensor, dtype: torch.dtype) -> Tensor:
    values, scale = quantise_rows(tensor.float(), dtype)
    return (values.float() * scale).to(tensor.dtype)
