"""Pinned host memory, from which the device can copy while it computes."""

import logging
import weakref
from contextlib import suppress
from typing import Any

import torch
from torch import Tensor

_log = logging.getLogger(__name__)


class PinnedMemory:
    """Buffers in pinned (page-locked) memory, as many as the system allows; after that, ordinary ones.

    Ordinary memory is copied through the driver's own pinned pages: correct, but at a third of the speed. torch's
    pinned tensors are not used because their allocator rounds sizes up to the next power of two.
    """

    def __init__(self, device: torch.device) -> None:
        """Allocate buffers to copy to `device` from."""
        self._device = device
        self._wanted = device.type == "cuda"
        self._pinned: list[Tensor] = []
        self._finalizer = weakref.finalize(self, _unpin, self._pinned, device)

    @property
    def bytes(self) -> int:
        """Total size of the pinned buffers."""
        return sum(buffer.numel() for buffer in self._pinned)

    @torch.inference_mode(False)
    def buffer(self, size: int) -> Tensor:
        """A new buffer, uint8 [size], uninitialised."""
        buffer = torch.empty(size, dtype=torch.uint8)
        if self._wanted and _pin(buffer, self._device):
            self._pinned.append(buffer)
        elif self._wanted:
            self._wanted = False
            _log.info("No more than %d MiB can be pinned here; from other memory blocks come slower.", self.bytes >> 20)
        return buffer

    def release(self) -> None:
        """Unpin everything."""
        self._finalizer()


def _pin(buffer: Tensor, device: torch.device) -> bool:
    """Pin a buffer; False if the system allows no more, which means slower copies, not a failure."""
    return _succeeded(_runtime().cudaHostRegister(buffer.data_ptr(), buffer.numel(), 0), device)


def _unpin(buffers: list[Tensor], device: torch.device) -> None:
    if buffers:
        with suppress(RuntimeError):
            torch.cuda.synchronize(device)  # the device may still be copying from them
    for buffer in buffers:
        _succeeded(_runtime().cudaHostUnregister(buffer.data_ptr()), device)
    buffers.clear()


def _succeeded(error: Any, device: torch.device) -> bool:
    """Whether a call succeeded. A failed one makes the thread's next kernel launch fail, and torch does not expose the
    function that clears the error: so a launch is made on which nothing depends."""
    if int(error) == 0:
        return True
    with suppress(RuntimeError):
        torch.ones(1, device=device)
    return False


def _runtime() -> Any:
    """CUDA's runtime functions, which torch exposes untyped."""
    return torch.cuda.cudart()
