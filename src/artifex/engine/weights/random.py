"""Random weights: models of any size for measurements and tests, quick to make and the same on every machine."""

import hashlib
import math
from collections.abc import Mapping
from functools import cache

import numpy as np
import torch
from torch import Tensor, nn

from artifex.engine.weights.contract import TensorInfo

_POOL = 4_194_301
"""Number of random values. A prime, so that no two rows of a larger matrix are alike."""


class RandomTensors:
    """Values that depend on seed, name and shape only, and keep a deep network's activations finite.

    Matrices are near-normal with variance 1 / fan-in, norms are one, biases zero. Every tensor is a window into one
    pool of values, at an offset that follows from its name and shape.
    """

    def __init__(self, tensors: Mapping[str, TensorInfo], seed: int = 0) -> None:
        self._tensors = tensors
        self._seed = seed

    @classmethod
    def like(cls, network: nn.Module, dtype: torch.dtype, seed: int = 0) -> "RandomTensors":
        """Tensors for a network, which may be on the meta device."""
        infos = {name: TensorInfo(tuple(tensor.shape), dtype) for name, tensor in network.state_dict().items()}
        return cls(infos, seed)

    @property
    def tensors(self) -> Mapping[str, TensorInfo]:
        """See `TensorSource`."""
        return self._tensors

    def origin(self, name: str | None = None) -> str:
        """See `TensorSource`."""
        return f"random weights of seed {self._seed}"

    def read(self, name: str) -> Tensor:
        """See `TensorSource`; each call returns a new tensor."""
        info = self._tensors[name]
        leaf = name.rpartition(".")[2]
        if leaf == "bias":
            return torch.zeros(info.shape, dtype=info.dtype)
        if leaf in ("weight", "gamma") and _axes(info.shape) <= 1:
            return torch.ones(info.shape, dtype=info.dtype)
        return self._normal(f"{name} {info.shape}", info)

    def _normal(self, key: str, info: TensorInfo) -> Tensor:
        """Values scaled by 1 / sqrt(fan-in); the fan-in is the product of all axes but the first."""
        scale = math.prod(info.shape[1:]) ** -0.5
        pool = _pool(self._seed, info.dtype)
        flat = torch.empty(math.prod(info.shape), dtype=info.dtype)
        start = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "little") % _POOL
        done = 0
        while done < len(flat):
            window = pool[start : start + len(flat) - done]
            torch.mul(window, scale, out=flat[done : done + len(window)])
            done, start = done + len(window), 0
        return flat.view(info.shape)


def _axes(shape: tuple[int, ...]) -> int:
    return sum(length > 1 for length in shape)


@cache
def _pool(seed: int, dtype: torch.dtype) -> Tensor:
    """Sums of four random bytes, shifted and scaled to mean 0 and variance 1.

    Integers only until the last step: logarithms and cosines would differ between machines.
    """
    raw = np.random.Philox(key=seed).random_raw(_POOL // 2 + 1).astype("<u8", copy=False)
    rows = raw.view(np.uint8)[: 4 * _POOL].reshape(4, _POOL)
    sums = np.add(rows[0], rows[1], dtype=np.int16)
    for row in rows[2:]:
        sums += row
    return torch.from_numpy(sums - 510).float().div_(math.sqrt(4 * (256**2 - 1) / 12)).to(dtype)
