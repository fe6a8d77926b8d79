"""Settings of torch's allocator of device memory."""

import os
import sys

import torch

_VARIABLES = ("PYTORCH_ALLOC_CONF", "PYTORCH_CUDA_ALLOC_CONF")


def use_growing_segments() -> None:
    """Let torch's allocator grow its segments, so that no memory is lost to fragmentation.

    Without this, a pass close to the memory limit reserves up to twice the memory of its live tensors, and predictions
    fail. Call it before the first tensor is on the device. It does nothing without an NVIDIA GPU, outside Linux, or if
    the user has configured the allocator.
    """
    if sys.platform == "linux" and torch.cuda.is_available() and not any(name in os.environ for name in _VARIABLES):
        torch._C._accelerator_setAllocatorSettings("expandable_segments:True")  # pyright: ignore[reportPrivateUsage]


def limit_device_memory(device: torch.device, size: int | None) -> None:
    """Limit torch to `size` bytes of a device from now on; None for all of it.

    Allocations beyond the limit fail as out of memory. Does nothing on the CPU.
    """
    if device.type == "cuda":
        total: int = torch.cuda.get_device_properties(device).total_memory
        torch.cuda.set_per_process_memory_fraction(1.0 if size is None else min(1.0, size / total), device)
