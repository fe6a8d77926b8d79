"""Host memory that the device copies from while it computes."""

import weakref
from typing import Any

import torch
from torch import Tensor


class PinnedMemory:
    """Buffers whose pages stay where they are, as many as the system allows; from there on, ordinary ones.

    Ordinary memory is copied through the driver's own pinned pages: correct, at a third of the speed. torch's pinned
    tensors are not used because their allocator rounds a block up to the next power of two.
    """

    def __init__(self, device: torch.device) -> None:
        """Buffers to copy to `device` from."""
        self._wanted = device.type == "cuda"
        self._pinned: list[Tensor] = []
        self._finalizer = weakref.finalize(self, _unpin, self._pinned)

    @property
    def bytes(self) -> int:
        """How much is pinned."""
        return sum(buffer.numel() for buffer in self._pinned)

    @torch.inference_mode(False)
    def buffer(self, size: int) -> Tensor:
        """uint8 [size], with any values."""
        buffer = torch.empty(size, dtype=torch.uint8)
        if self._wanted and _pin(buffer):
            self._pinned.append(buffer)
        return buffer

    def release(self) -> None:
        """Unpin everything."""
        self._finalizer()


def _pin(buffer: Tensor) -> bool:
    """False where the system allows no more pinned memory: that is worth a slower copy, not a failure."""
    return int(_runtime().cudaHostRegister(buffer.data_ptr(), buffer.numel(), 0)) == 0


def _unpin(buffers: list[Tensor]) -> None:
    for buffer in buffers:
        _runtime().cudaHostUnregister(buffer.data_ptr())
    buffers.clear()


def _runtime() -> Any:
    """CUDA's own functions, which torch hands on without types."""
    return torch.cuda.cudart()
