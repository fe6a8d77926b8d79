"""Choice between fused kernels and plain torch."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from subprocess import SubprocessError
from typing import Literal

import torch
from torch import Tensor

from artifex.engine.memory.shortage import is_shortage

Kernels = Literal["auto", "eager", "triton"]
"""``eager`` is plain torch; ``triton`` forces fused kernels; ``auto`` uses them on an NVIDIA GPU, if they work."""

_log = logging.getLogger(__name__)
_chosen: ContextVar[Kernels] = ContextVar("kernels", default="auto")


@contextmanager
def computing_with(kernels: Kernels) -> Iterator[None]:
    """Override the choice in this thread until the block ends, to compare both ways."""
    token = _chosen.set(kernels)
    try:
        yield
    finally:
        _chosen.reset(token)


def fused(x: Tensor) -> bool:
    """Whether to use fused kernels for a tensor; never where gradients are enabled, which they do not support."""
    if torch.is_grad_enabled() or _chosen.get() == "eager":
        return False
    return _chosen.get() == "triton" or (x.is_cuda and works(x.device))


@lru_cache(maxsize=16)
def works(device: torch.device) -> bool:
    """Whether Triton is installed, compiles for the GPU and computes correctly; it needs a C compiler.

    Out-of-memory errors are raised and not cached.
    """
    try:
        from artifex.engine.kernels.triton_rows import self_test

        self_test(device)
    except (ImportError, OSError, RuntimeError, SubprocessError) as error:
        if is_shortage(error):
            raise
        _log.info("Fused kernels are not used on %s: %s", device, error)
        return False
    return True
