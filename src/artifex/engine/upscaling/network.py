"""An upscaling network from a weights file that does not name its architecture: spandrel recognises it by the names and
shapes of the tensors."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from artifex.engine.memory.shortage import memory_shortage
from artifex.engine.upscaling.spandrel_door import spandrel
from artifex.engine.weights.mapped import MappedTensors
from artifex.engine.weights.stored import WeightFile
from artifex.errors import BadWeights

_SCALES = range(2, 9)
_MISTAKEN = (
    RuntimeError, LookupError, ValueError, TypeError, AttributeError, AssertionError, ArithmeticError
)  # fmt: skip
"""What spandrel's detectors and constructors raise for tensors that only resemble those of a known architecture."""


@dataclass(frozen=True, slots=True)
class EnlargingNetwork:
    """A loaded upscaling network. ``scale`` is the factor by which each side grows."""

    scale: int
    architecture: str
    tiled: bool
    """Whether a picture may be processed in tiles: a pixel's result depends on its surroundings only."""
    device: torch.device
    dtype: torch.dtype
    _descriptor: Any

    def __call__(self, picture: Tensor) -> Tensor:
        """Enlarge R'G'B' [1, 3, H, W] in [0, 1], on the network's device and in its dtype, by ``scale``."""
        return self._descriptor(picture)


def load_network(file: WeightFile, name: str, device: torch.device) -> EnlargingNetwork:
    """Build the network whose weights are in ``file``, called ``name`` in messages; in 16 bits on a GPU if it can.

    Raises:
        BadWeights: spandrel does not know the architecture, or the network does not upscale colour pictures.
        CannotRun: spandrel cannot be imported.
        OutOfMemory: there is not enough memory for it.
    """
    library: Any = spandrel()
    try:
        with memory_shortage("loading the upscaler"):
            state = library.canonicalize_state_dict(_state(file))
            descriptor: Any = library.ModelLoader("cpu").load_from_state_dict(state)
    except (library.UnsupportedModelError, *_MISTAKEN) as error:
        raise BadWeights(f"{name} is no upscaler of a known kind; give one that spandrel lists.") from error
    colours = (descriptor.input_channels, descriptor.output_channels) == (3, 3)
    if descriptor.purpose != "SR" or not colours or descriptor.scale not in _SCALES:
        raise BadWeights(
            f"{name} holds a network ({descriptor.architecture.name}) that does something else than to enlarge colour "
            "pictures 2 to 8 times; choose an upscaler."
        )
    dtype = _dtype(descriptor, device)
    with memory_shortage("loading the upscaler"):
        descriptor.model.eval().requires_grad_(False).to(device, dtype, memory_format=torch.channels_last)
    internal = descriptor.tiling.name == "INTERNAL"
    return EnlargingNetwork(descriptor.scale, descriptor.architecture.name, not internal, device, dtype, descriptor)


def _state(file: WeightFile) -> dict[str, Tensor]:
    tensors = MappedTensors([file])
    state = {name: tensors.read(name) for name in tensors.tensors}
    return {name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in state.items()}


def _dtype(descriptor: Any, device: torch.device) -> torch.dtype:
    """float32 on a CPU, where 16 bits cost time instead of saving it."""
    if device.type == "cpu":
        return torch.float32
    if descriptor.supports_half:
        return torch.float16
    return torch.bfloat16 if descriptor.supports_bfloat16 else torch.float32
