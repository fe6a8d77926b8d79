"""Choosing an attention backend."""

import logging
from collections.abc import Callable
from functools import lru_cache

import torch

from artifex.engine.attention.contract import Attention
from artifex.errors import NotAvailable, UnknownName

_log = logging.getLogger(__name__)


def _sdpa(_device: torch.device) -> Attention:
    from artifex.engine.attention.sdpa import sdpa_attention

    return sdpa_attention


def _flash4(device: torch.device) -> Attention:
    from artifex.engine.attention.flash4 import Flash4Attention, require_flash4

    require_flash4(device)
    return Flash4Attention()


def _cudnn_fp8(device: torch.device) -> Attention:
    from artifex.engine.attention.cudnn_fp8 import CudnnFp8Attention, require_cudnn_fp8

    require_cudnn_fp8(device)
    return CudnnFp8Attention()


# A loader each, so that an optional package is imported only when its backend is picked.
_BACKENDS: dict[str, Callable[[torch.device], Attention]] = {"sdpa": _sdpa, "flash-4": _flash4, "cudnn-fp8": _cudnn_fp8}
_ROUNDING = ("cudnn-fp8",)
"""Quickest first."""


def pick_attention(name: str = "auto", device: torch.device | None = None, *, may_round: bool = False) -> Attention:
    """The backend called `name`.

    Args:
        name: of a backend; "auto" takes the quickest that works here.
        device: where it is to compute; None for the processor.
        may_round: whether "auto" may take one that computes in eight bits.

    Raises:
        UnknownName: no backend has that name.
        NotAvailable: that backend does not work on the device.
    """
    device = device or torch.device("cpu")
    if name == "auto":
        return (_rounding(device) if may_round else None) or _exact(device)
    if name not in _BACKENDS:
        raise UnknownName(f"There is no attention backend {name!r:.40}; choose auto or {', '.join(_BACKENDS)}.")
    return _BACKENDS[name](device)


@lru_cache(maxsize=16)
def _exact(device: torch.device) -> Attention:
    """One for all networks of a process, so that what it finds out is found out once."""
    from artifex.engine.attention.flash4 import seems_possible
    from artifex.engine.attention.quickest import QuickestAttention

    sdpa = _sdpa(device)
    return QuickestAttention(sdpa, {"flash-4": _flash4}) if seems_possible(device) else sdpa


def _rounding(device: torch.device) -> Attention | None:
    for name in _ROUNDING:
        try:
            return _BACKENDS[name](device)
        except NotAvailable as error:
            _log.info("%s", error.message)
    return None
