"""Interface of every source of weights."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """What is known of a tensor before it is read."""

    shape: tuple[int, ...]
    dtype: torch.dtype
    """Dtype that `TensorSource.read` returns."""


class TensorSource(Protocol):
    """Named tensors that are read one at a time, so that a model is never in memory twice."""

    @property
    def tensors(self) -> Mapping[str, TensorInfo]:
        """Every tensor by name, in the order in which reading is fastest."""
        ...

    def read(self, name: str) -> Tensor:
        """One tensor on the CPU, perhaps mapped from its file: not to be written to.

        Raises:
            WeightsDamaged: its bytes cannot be read.
        """
        ...

    def origin(self, name: str | None = None) -> str:
        """For messages: the file that contains a tensor or, without a name, where all of them come from."""
        ...
