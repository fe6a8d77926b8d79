"""How torch takes memory from the device."""

import os
import sys

import torch

_VARIABLES = ("PYTORCH_ALLOC_CONF", "PYTORCH_CUDA_ALLOC_CONF")


def use_growing_segments() -> None:
    """Let torch grow the pieces it takes from the device, so that memory is not lost between them.

    Without it a pass at the edge of the memory takes up to twice what is alive, and no prediction holds. To be called
    before the first tensor is on the device; nothing happens where there is no such device, where the system has no
    such pieces (Windows), or where the user has configured the allocator.
    """
    if sys.platform == "linux" and torch.cuda.is_available() and not any(name in os.environ for name in _VARIABLES):
        torch._C._accelerator_setAllocatorSettings("expandable_segments:True")  # pyright: ignore[reportPrivateUsage]


def limit_device_memory(device: torch.device, size: int | None) -> None:
    """Let torch take no more than so many bytes of a device from now on; None for all of it.

    Beyond them it is out of memory. Nothing happens on the processor.
    """
    if device.type == "cuda":
        total: int = torch.cuda.get_device_properties(device).total_memory
        torch.cuda.set_per_process_memory_fraction(1.0 if size is None else min(1.0, size / total), device)
