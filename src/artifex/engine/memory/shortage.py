"""Running out of memory as an error that rooms without torch can catch."""

import gc
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from artifex.errors import OutOfMemory

_HOST = "DefaultCPUAllocator"
"""Who complains of the host's memory, in words that differ between systems."""
_SIGNS = ("out of memory", "CUBLAS_STATUS_ALLOC_FAILED", "CUDNN_STATUS_ALLOC_FAILED", _HOST)
"""What torch says of memory in errors that have no type of their own."""


@contextmanager
def memory_shortage(doing: str) -> Iterator[None]:
    """Turn torch's failed allocations into OutOfMemory, with everything given back that only the failure held.

    Args:
        doing: what was being done, as in "The GPU's memory ran out while decoding".

    Raises:
        OutOfMemory: memory of the device or the host ran out.
    """
    try:
        yield
    except (RuntimeError, MemoryError) as error:  # torch.OutOfMemoryError is a RuntimeError
        if not is_shortage(error):
            raise
        where = "memory" if isinstance(error, MemoryError) or _HOST in str(error) else "GPU memory"
        traceback.clear_frames(error.__traceback__)
        gc.collect()
        give_back()
        message = f"The {where} ran out while {doing}; choose a smaller size or fewer frames, or close other programs."
        raise OutOfMemory(message) from None


def give_back() -> None:
    """Return what torch keeps for later to the device."""
    if torch.cuda.is_initialized():
        torch.cuda.empty_cache()


def is_shortage(error: Exception) -> bool:
    """Whether memory of the device or the host ran out: it may be there the next time."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error) for sign in _SIGNS)
