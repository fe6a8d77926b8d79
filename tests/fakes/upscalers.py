"""Files of weights for networks that enlarge, small and made here."""

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from artifex.engine.upscaling.spandrel_door import spandrel
from artifex.errors import CannotRun


def require_spandrel() -> None:
    try:
        spandrel()
    except CannotRun as error:
        pytest.skip(f"service: {error}")


def doubling(path: Path, scale: int = 2, **shape: Any) -> Path:
    """Real-ESRGAN's compact network with zeros for weights: it adds nothing to the picture with each pixel repeated."""
    require_spandrel()
    from spandrel.architectures.Compact import Compact

    network = Compact(num_feat=4, num_conv=1, upscale=scale, **shape)
    save(network, path, zeros=True)
    return path


def inventive(path: Path, seed: int = 0, **shape: Any) -> Path:
    """A small ESRGAN with any weights."""
    require_spandrel()
    from spandrel.architectures.ESRGAN import ESRGAN

    torch.manual_seed(seed)
    save(ESRGAN(num_filters=4, num_blocks=1, scale=2, **shape), path)
    return path


def save(network: torch.nn.Module, path: Path, zeros: bool = False) -> None:
    state: dict[str, Any] = network.state_dict()
    if zeros:
        state = {name: torch.zeros_like(tensor) for name, tensor in state.items()}
    if path.suffix == ".pth":
        torch.save({"params_ema": state, "epoch": 3}, path)
    else:
        save_file(state, path)
