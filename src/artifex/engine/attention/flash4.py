"""Attention by FlashAttention 4, whose kernels are compiled for the local GPU when they are first called.

On NVIDIA's Hopper it runs the algorithm of FlashAttention 3 (arXiv:2407.08608), a fifth faster than cuDNN through
torch, with another order of summation. The package is large and takes seconds to import, so "auto" loads it for long
sequences only.
"""

import warnings
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from typing import Any

import torch
from torch import Tensor

from artifex.engine.attention.sdpa import sdpa_attention, sdpa_to_some
from artifex.engine.attention.self_test import doubt, require, wrong_by
from artifex.machine import has_flash_attention_4

FEWEST_KEYS = 2048
CAPABILITY = (9, 0)
_DTYPES = (torch.bfloat16, torch.float16)
_HEAD_DIMS = (64, 128)
_HEAD_DIM_OF_PAIRS = 128
"""The only head size of `flash4_pair_kernel`; the package's kernel takes others, and calls that need log-sum-exps."""
_TOLERANCE = 0.01
"""Relative error that the self-test allows; bfloat16 alone is 0.003 off."""


class Flash4Attention:
    """`PartialAttention` by FlashAttention 4 for long sequences; by torch for everything else."""

    def __call__(self, query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None = None) -> Tensor:
        """See `Attention`."""
        if bias is not None or not _pays(query, key):
            return sdpa_attention(query, key, value, bias)
        return _attend(query, key, value)

    def to_some(self, query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """See `PartialAttention`."""
        return _with_sums(query, key, value) if _pays(query, key) else sdpa_to_some(query, key, value)


def require_flash4(device: torch.device) -> None:
    """Raise NotAvailable, with the reason, where it is not installed or too far from float32."""
    require("flash-4", _reason(device))


def doubt_kernels(wrong: Callable[[], float], tolerance: float = _TOLERANCE) -> str:
    """`doubt` of kernels that need the package, which has to be installed."""
    try:
        import_module("cutlass.base_dsl.common")
        forward()
    except (ImportError, OSError, RuntimeError) as error:  # RuntimeError: its compiler is partly installed
        return f"flash-attn-4 cannot be loaded ({error})"[:200]
    with warnings.catch_warnings(action="ignore"):  # its compiler warns about its own arguments
        return doubt(wrong, tolerance)


def lacking(device: torch.device) -> str:
    """Why FlashAttention 4 cannot run on the device, found without importing it; empty if it seems to work."""
    if device.type != "cuda" or torch.cuda.get_device_capability(device) != CAPABILITY:
        return "it is for NVIDIA GPUs of the Hopper generation"
    return "" if has_flash_attention_4() else "flash-attn-4 is not installed"


def suits(rows: Tensor) -> bool:
    """Whether the package takes such tensors, [..., head_dim]."""
    return rows.is_cuda and rows.dtype in _DTYPES and rows.shape[-1] in _HEAD_DIMS


def _pays(query: Tensor, key: Tensor) -> bool:
    return suits(query) and key.shape[2] >= FEWEST_KEYS


def _attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    rows = [each.transpose(1, 2) for each in (query, key, value)]
    out: Tensor = _in_pairs(*rows) if query.shape[-1] == _HEAD_DIM_OF_PAIRS else forward()(*rows)[0]
    return out.transpose(1, 2)


def _in_pairs(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Attend by our own kernel; tensors are [batch, tokens, heads, head_dim]."""
    from artifex.engine.attention.flash4_pair_kernel import compiled

    query, key, value = (each if each.stride(-1) == 1 else each.contiguous() for each in (query, key, value))
    out = torch.empty_like(query, memory_format=torch.contiguous_format)
    with torch.cuda.device(out.device):
        compiled(out.dtype)(query, key, value, out, out.shape[-1] ** -0.5)
    return out


def _with_sums(query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
    rows = [each.transpose(1, 2) for each in (query, key, value)]
    out, sums = forward()(*rows, **_shape_of_tiles(query.shape[-1]), return_lse=True)[:2]
    return out.transpose(1, 2), sums


def _shape_of_tiles(size: int) -> dict[str, Any]:
    """Taller tiles than the package's own choice for Hopper, with probabilities in shared memory: 2 % faster there."""
    return {"tile_mn": (192, 128), "mma_pv_is_rs": False} if size == 128 else {}


@lru_cache(maxsize=1)
def forward() -> Any:
    """The package's internal function, which has more options than its public ones."""
    from flash_attn.cute.interface import _flash_attn_fwd  # pyright: ignore

    return _flash_attn_fwd


@lru_cache(maxsize=16)
def _reason(device: torch.device) -> str:
    """Why it cannot be used on the device; empty if it works."""
    return lacking(device) or doubt_kernels(lambda: wrong_by(_attend, device))
