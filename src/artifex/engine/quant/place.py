"""Weights quantised one by one as they are loaded, so that a network never lies in memory twice."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from artifex.engine.quant.linear import QuantisedLinear
from artifex.engine.weights.fill import Place


@torch.inference_mode(False)
def kept_as(module: nn.Module, name: str, tensor: Tensor, device: torch.device) -> Mapping[str, Tensor]:
    """What a parameter becomes in a module, by name: itself, or a quantised weight and its scale, made on `device`."""
    owner, _, leaf = name.rpartition(".")
    part = module.get_submodule(owner)
    if not isinstance(part, QuantisedLinear) or leaf != "weight":
        return {name: tensor}
    # First the dtype that the layer computes in: wherever a weight is quantised, it becomes the same.
    values, scale = part.quantised(tensor.to(device=device, dtype=part.bias.dtype))
    return {name: values, f"{owner}.scale" if owner else "scale": scale}


def place_quantised(network: nn.Module, otherwise: Place) -> Place:
    """A `Place` for a network some of whose linears are quantised.

    Args:
        network: with `QuantisedLinear` layers; their scales are set as their weights are placed.
        otherwise: places every tensor where it is kept, before it is quantised there.
    """

    def place(name: str, tensor: Tensor) -> Tensor:
        owner, _, leaf = name.rpartition(".")
        part = network.get_submodule(owner)
        placed = otherwise(name, tensor)
        if isinstance(part, QuantisedLinear) and leaf == "weight":
            placed, part.scale = part.quantised(placed)
        return placed

    return place
