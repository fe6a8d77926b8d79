"""Attention by optional packages; each is tested against float32 before it is used."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec

import torch
from torch import Tensor

from artifex.engine.attention.sdpa import sdpa_attention
from artifex.engine.attention.self_test import doubt, require, wrong_by

CAPABILITY = (8, 0)
"""Compute capability of the first NVIDIA GPUs with bfloat16, the dtype of the self-test."""
FEWEST_KEYS = 8192
"""With fewer keys, torch's attention is used: the choice of backend makes no difference."""
_DTYPES = (torch.bfloat16, torch.float16)
_HEAD_DIMS = (64, 128)


@dataclass(frozen=True, slots=True)
class LibraryAttention:
    """`Attention` by a package for long sequences; by torch for everything else."""

    name: str
    """Name of the backend."""
    package: str
    """Name by which it is installed."""
    module: str
    """Name by which it is imported."""
    attend: Callable[[Tensor, Tensor, Tensor], Tensor]
    """Imports the package and attends. Arguments and result as for `Attention`, 16-bit, on the current GPU."""
    tolerance: float
    """Relative error that the self-test allows."""

    def __call__(self, query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None = None) -> Tensor:
        """See `Attention`."""
        pays = key.shape[2] >= FEWEST_KEYS and query.dtype in _DTYPES and query.shape[-1] in _HEAD_DIMS
        if bias is not None or not pays or not query.is_cuda:
            return sdpa_attention(query, key, value, bias)
        with torch.cuda.device(query.device):
            return self.attend(query, key, value)

    def required(self, device: torch.device) -> "LibraryAttention":
        """Return itself. Raises NotAvailable, with the reason, where it is not installed or too far from float32."""
        require(self.name, _reason(self, device))
        return self


@lru_cache(maxsize=64)
def _reason(library: LibraryAttention, device: torch.device) -> str:
    """Why the package cannot be used on the device; empty if it works."""
    if device.type != "cuda" or torch.cuda.get_device_capability(device) < CAPABILITY:
        return "it needs an NVIDIA GPU of the RTX 30 generation or later"
    if find_spec(library.module) is None:
        return f"{library.package} is not installed"
    with torch.cuda.device(device):
        return doubt(lambda: wrong_by(library.attend, device), library.tolerance)
