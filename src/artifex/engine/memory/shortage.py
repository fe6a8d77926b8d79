"""Running out of memory as an error that packages without torch can catch."""

import gc
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from artifex.errors import OutOfMemory

_HOST = "DefaultCPUAllocator"
"""Name in torch's errors about host memory, whose wording differs between systems."""
_SIGNS = ("out of memory", "CUBLAS_STATUS_ALLOC_FAILED", "CUDNN_STATUS_ALLOC_FAILED", _HOST)
"""Parts of messages by which torch's untyped errors are recognised as out of memory."""


@contextmanager
def memory_shortage(doing: str) -> Iterator[None]:
    """Turn failed allocations into OutOfMemory, after freeing everything that only the failed code held.

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
    """Return the memory that torch's allocator caches to the device."""
    if torch.cuda.is_initialized():
        torch.cuda.empty_cache()


def is_shortage(error: Exception) -> bool:
    """Whether an error means that memory of the device or the host ran out, which need not happen again."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error) for sign in _SIGNS)
