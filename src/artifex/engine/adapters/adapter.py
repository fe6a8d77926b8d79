"""What an adapter is: tensors keyed by the names of the network's layers and parameters."""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True, slots=True)
class LowRank:
    """A low-rank change of one linear layer: adds `scale * up(down(x))` to its output (LoRA, arXiv:2106.09685)."""

    down: Tensor
    """[rank, in_features]"""
    up: Tensor
    """[out_features, rank]"""
    scale: float = 1.0
    """The file's alpha divided by the rank."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """All changes of one adapter to one network."""

    low_rank: Mapping[str, LowRank]
    """By layer name."""
    differences: Mapping[str, Tensor]
    """Added to whole parameters, by parameter name; each has the parameter's shape."""
