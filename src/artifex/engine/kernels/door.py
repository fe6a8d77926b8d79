"""Which way the functions of this folder compute."""

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
"""``eager`` is plain torch; ``triton`` insists on fused kernels; ``auto`` takes them on an NVIDIA GPU, if they work."""

_log = logging.getLogger(__name__)
_chosen: ContextVar[Kernels] = ContextVar("kernels", default="auto")


@contextmanager
def computing_with(kernels: Kernels) -> Iterator[None]:
    """Choose for this thread until the block ends: to compare the two ways."""
    token = _chosen.set(kernels)
    try:
        yield
    finally:
        _chosen.reset(token)


def fused(x: Tensor) -> bool:
    """Whether fused kernels are to compute with a tensor. They know no gradients."""
    if torch.is_grad_enabled() or _chosen.get() == "eager":
        return False
    return _chosen.get() == "triton" or (x.is_cuda and works(x.device))


@lru_cache(maxsize=16)
def works(device: torch.device) -> bool:
    """Whether Triton is here, compiles for a GPU and computes rightly; it wants a C compiler, which not all have.

    That memory ran out is raised, and not remembered.
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
