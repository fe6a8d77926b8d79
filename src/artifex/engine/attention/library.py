"""Attention by packages that need not be installed; each is tested against float32 before it is trusted."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec

import torch
from torch import Tensor

from artifex.engine.attention.sdpa import sdpa_attention
from artifex.engine.attention.self_test import doubt, require, wrong_by

CAPABILITY = (8, 0)
"""Of the first NVIDIA GPUs that compute in bfloat16, which is what backends are tested in."""
FEWEST_KEYS = 8192
"""Of fewer keys it does not matter who attends to them."""
_DTYPES = (torch.bfloat16, torch.float16)
_HEAD_DIMS = (64, 128)


@dataclass(frozen=True, slots=True)
class LibraryAttention:
    """`Attention` by a package, where it pays."""

    name: str
    """Of the backend."""
    package: str
    """As it is installed."""
    module: str
    """As it is imported."""
    attend: Callable[[Tensor, Tensor, Tensor], Tensor]
    """Imports the package. Arguments and result as of `Attention`, of 16 bits, on the current GPU."""
    tolerance: float
    """Relative error that the self-test grants."""

    def __call__(self, query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None = None) -> Tensor:
        """See `Attention`."""
        pays = key.shape[2] >= FEWEST_KEYS and query.dtype in _DTYPES and query.shape[-1] in _HEAD_DIMS
        if bias is not None or not pays or not query.is_cuda:
            return sdpa_attention(query, key, value, bias)
        with torch.cuda.device(query.device):
            return self.attend(query, key, value)

    def required(self, device: torch.device) -> "LibraryAttention":
        """Itself. Raises NotAvailable, with the reason, where it is not installed or not near float32."""
        require(self.name, _reason(self, device))
        return self


@lru_cache(maxsize=64)
def _reason(library: LibraryAttention, device: torch.device) -> str:
    """Why not; empty where it works."""
    if device.type != "cuda" or torch.cuda.get_device_capability(device) < CAPABILITY:
        return "it needs an NVIDIA GPU of the RTX 30 generation or later"
    if find_spec(library.module) is None:
        return f"{library.package} is not installed"
    with torch.cuda.device(device):
        return doubt(lambda: wrong_by(library.attend, device), library.tolerance)
