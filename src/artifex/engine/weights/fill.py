"""Loads tensors from a source into a network; every name and shape is checked before the first value is read."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from artifex.engine.memory.staging import Staging
from artifex.engine.weights.contract import TensorSource
from artifex.engine.weights.empty import Network
from artifex.engine.weights.renamed import Renamed
from artifex.engine.weights.stored import REMEDY
from artifex.errors import WeightsDamaged

Place = Callable[[str, Tensor], Tensor]
"""(name of a parameter in its network, tensor as read) -> the tensor as the network keeps it."""

Prepare = Callable[[Network, TensorSource], Place]
"""(empty network, which may be changed; its weights under its names) -> how to place them."""


def place_on(device: torch.device, dtype: torch.dtype) -> Place:
    """Convert to a dtype on a device. A tensor that already matches is not copied, and may be mapped from its file."""
    if device.type != "cuda":
        return lambda _, tensor: tensor.to(device=device, dtype=dtype)
    staging = Staging(device)
    return lambda _, tensor: staging.moved(tensor, dtype)


def keep_on(device: torch.device, dtype: torch.dtype) -> Callable[[nn.Module, TensorSource], Place]:
    """A `Prepare` that changes nothing and places every tensor with `place_on`."""
    place = place_on(device, dtype)

    def prepare(network: nn.Module, source: TensorSource) -> Place:
        return place

    return prepare


def fill(network: nn.Module, source: TensorSource, place: Place, rename: Callable[[str], str | None] = str) -> None:
    """Give a network (usually built on the meta device) its weights, each placed as soon as it is read.

    Args:
        network: receives the tensors in place of its parameters, without gradients.
        source: has all of the network's tensors.
        place: where and in which form each is kept; `place_on` for all alike.
        rename: name in the source -> name in the network; None to leave a tensor out.

    Raises:
        WeightsDamaged: naming the first tensor that is unknown, missing, of another shape, of integers, or not finite.
    """
    named = Renamed(source, rename)
    check_match(network, named)
    for name in named.tensors:
        tensor = named.read(name)
        if not is_finite(tensor):
            raise WeightsDamaged(f"Tensor {name} holds values that are not finite ({named.origin(name)}); {REMEDY}")
        _assign(network, name, place(name, tensor))
    network.requires_grad_(False).eval()


def is_finite(tensor: Tensor) -> bool:
    """Whether all values are finite; in one pass without a copy."""
    if not tensor.is_floating_point() or tensor.numel() == 0:
        return True
    return all(bool(extreme.isfinite()) for extreme in torch.aminmax(tensor))


def check_match(network: nn.Module, source: TensorSource) -> None:
    """Find out, before the first value is read, whether names and shapes are the network's, and all are fractions.

    Raises WeightsDamaged.
    """
    expected = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    for name, info in source.tensors.items():
        if name not in expected:
            raise WeightsDamaged(f"Tensor {name} is not part of this network ({source.origin(name)}); {REMEDY}")
        if info.shape != expected[name]:
            shapes = f"{list(info.shape)} instead of {list(expected[name])}"
            raise WeightsDamaged(f"Tensor {name} has shape {shapes} ({source.origin(name)}); {REMEDY}")
        if not info.dtype.is_floating_point:  # quantised in a way that is not known here, or a mask
            raise WeightsDamaged(f"Tensor {name} holds whole numbers ({source.origin(name)}); {REMEDY}")
    missing = next((name for name in expected if name not in source.tensors), None)
    if missing is not None:
        raise WeightsDamaged(f"Tensor {missing} is missing ({source.origin()}); {REMEDY}")


def _assign(network: nn.Module, name: str, tensor: Tensor) -> None:
    owner, _, leaf = name.rpartition(".")
    module = network.get_submodule(owner)
    if leaf in module._parameters:  # pyright: ignore[reportPrivateUsage] (setattr would refuse a plain tensor)
        tensor = tensor if isinstance(tensor, nn.Parameter) else nn.Parameter(tensor, requires_grad=False)
    setattr(module, leaf, tensor)
