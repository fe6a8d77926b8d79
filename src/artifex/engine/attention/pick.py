"""Choosing an attention backend."""

import logging
from functools import lru_cache

import torch

from artifex.engine.attention.contract import Attention
from artifex.engine.attention.quickest import Backend, QuickestAttention, Winners
from artifex.errors import NotAvailable, UnknownName

_log = logging.getLogger(__name__)


def _sdpa(_device: torch.device) -> Attention:
    from artifex.engine.attention.sdpa import sdpa_attention

    return sdpa_attention


def _flash4(device: torch.device) -> Attention:
    from artifex.engine.attention.flash4 import Flash4Attention, require_flash4

    require_flash4(device)
    return Flash4Attention()


def _xformers(device: torch.device) -> Attention:
    from artifex.engine.attention.xformers import xformers_attention

    return xformers_attention.required(device)


def _cudnn_fp8(device: torch.device) -> Attention:
    from artifex.engine.attention.cudnn_fp8 import cudnn_fp8_attention, require_cudnn_fp8

    require_cudnn_fp8(device)
    return cudnn_fp8_attention


def _flash4_fp8(device: torch.device) -> Attention:
    from artifex.engine.attention.flash4_fp8 import flash4_fp8_attention, require_flash4_fp8

    require_flash4_fp8(device)
    return flash4_fp8_attention


def _sage(device: torch.device) -> Attention:
    from artifex.engine.attention.sage import sage_attention

    return sage_attention.required(device)


def _comfy_int8(device: torch.device) -> Attention:
    from artifex.engine.attention.comfy_int8 import comfy_int8_attention

    return comfy_int8_attention.required(device)


# One loader each, so that an optional package is imported only when its backend is needed.
_EXACT = {
    "sdpa": Backend(_sdpa),
    "flash-4": Backend(_flash4, "flash-attn-4"),
    "xformers": Backend(_xformers, "xformers"),
}
_ROUNDING = {
    "sage": Backend(_sage, "sageattention"),
    "comfy-int8": Backend(_comfy_int8, "comfy-kitchen"),
}
_FUSED = {
    "flash-4-fp8": Backend(_flash4_fp8, "flash-attn-4"),
    "cudnn-fp8": Backend(_cudnn_fp8, "nvidia-cudnn-frontend"),
}
"""These compute in eight bits too, but fuse norm and rotary embedding with attention, so timing attention alone would
underrate them. The first that works is picked."""
BACKENDS = {**_EXACT, **_FUSED, **_ROUNDING}


def pick_attention(
    name: str = "auto",
    device: torch.device | None = None,
    *,
    may_round: bool = False,
    winners: Winners | None = None,
) -> Attention:
    """The backend called `name`.

    Args:
        name: of a backend; "auto" picks the fastest that works here.
        device: where it is to compute; None for the CPU.
        may_round: whether "auto" may pick one that computes in eight bits.
        winners: this machine's record of the fastest backends; None measures anew.

    Raises:
        UnknownName: no backend has that name.
        NotAvailable: that backend does not work on the device.
    """
    device = device or torch.device("cpu")
    if name == "auto":
        return (_fused(device) if may_round else None) or _quickest(device, may_round, winners)
    if name not in BACKENDS:
        raise UnknownName(f"There is no attention backend {name!r:.40}; choose auto or {', '.join(BACKENDS)}.")
    return BACKENDS[name].load(device)


@lru_cache(maxsize=16)
def _quickest(device: torch.device, may_round: bool, winners: Winners | None) -> Attention:
    """Cached: one instance serves all networks of a process, so that backends are timed only once."""
    if device.type != "cuda":
        return _sdpa(device)
    return QuickestAttention({**_EXACT, **_ROUNDING} if may_round else _EXACT, winners)


def _fused(device: torch.device) -> Attention | None:
    for backend in _FUSED.values():
        try:
            return backend.load(device)
        except NotAvailable as error:
            _log.info("%s", error.message)
    return None
