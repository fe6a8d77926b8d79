"""What an adapter is: tensors by the names of the network they belong to."""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True, slots=True)
class LowRank:
    """A low-rank change of one linear layer: `scale * up(down(x))` joins its output (LoRA, arXiv:2106.09685)."""

    down: Tensor
    """[rank, in_features]"""
    up: Tensor
    """[out_features, rank]"""
    scale: float = 1.0
    """The file's alpha over its rank."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """All that one adapter changes in one network."""

    low_rank: Mapping[str, LowRank]
    """By the layer's name."""
    differences: Mapping[str, Tensor]
    """Added to whole parameters, by the parameter's name; each has the parameter's shape."""
