"""Emulates eight-bit products where the device has none or slow ones: factors are quantised, then multiplied as usual.

Results differ from the real kernels only in the rounding of sums. Attention is not quantised.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from artifex.engine.kernels.eight_bits import quantise_rows


def _never() -> bool:
    return False


def round_linears(
    blocks: nn.ModuleList, dtype: torch.dtype, breakage: float, is_spared: Callable[[], bool] = _never
) -> None:
    """Make all blocks but the first and the last compute as with eight-bit weights and inputs.

    Weights are multiplied by `breakage`, as by a wrong scale. While `is_spared()`, nothing is quantised.
    """
    for block in list(blocks)[1:-1]:
        for layer in block.modules():
            if isinstance(layer, nn.Linear):
                plain = layer.weight.data
                layer.weight.data = rounded = _rounded(plain, dtype) * breakage
                layer.register_forward_pre_hook(partial(_round, dtype, plain, rounded, is_spared))


def _round(
    dtype: torch.dtype,
    plain: Tensor,
    rounded: Tensor,
    is_spared: Callable[[], bool],
    layer: nn.Module,
    arguments: tuple[Any, ...],
) -> tuple[Any, ...]:
    assert isinstance(layer, nn.Linear)
    spared = is_spared()
    layer.weight.data = plain if spared else rounded
    return arguments if spared else (_rounded(arguments[0], dtype), *arguments[1:])


def _rounded(tensor: Tensor, dtype: torch.dtype) -> Tensor:
    values, scale = quantise_rows(tensor.float(), dtype)
    return (values.float() * scale).to(tensor.dtype)
