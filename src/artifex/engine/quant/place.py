"""Weights quantised one by one as they are loaded, so that a network is never in memory twice."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from artifex.engine.quant.linear import QuantisedLinear
from artifex.engine.weights.fill import Place


@torch.inference_mode(False)
def kept_as(module: nn.Module, name: str, tensor: Tensor, device: torch.device) -> Mapping[str, Tensor]:
    """The tensors, by name, that a module keeps of a parameter: itself, or quantised on `device` with its scale."""
    owner, _, leaf = name.rpartition(".")
    part = module.get_submodule(owner)
    if not isinstance(part, QuantisedLinear) or leaf != "weight":
        return {name: tensor}
    # Converted to the layer's compute dtype first, so that a weight is quantised to the same values everywhere.
    values, scale = part.quantised(tensor.to(device=device, dtype=part.bias.dtype))
    return {name: values, f"{owner}.scale" if owner else "scale": scale}


def place_quantised(network: nn.Module, otherwise: Place) -> Place:
    """A `Place` for a network in which some linear layers are quantised.

    Args:
        network: with `QuantisedLinear` layers; their scales are set as their weights are placed.
        otherwise: places every tensor on its device, where it is then quantised if need be.
    """

    def place(name: str, tensor: Tensor) -> Tensor:
        owner, _, leaf = name.rpartition(".")
        part = network.get_submodule(owner)
        placed = otherwise(name, tensor)
        if isinstance(part, QuantisedLinear) and leaf == "weight":
            placed, part.scale = part.quantised(placed)
        return placed

    return place
