"""Copies beside the computation: on a CUDA stream of their own, or at once where there is none."""

from collections.abc import Callable

import torch
from torch import Tensor

Mark = torch.cuda.Event | torch.Event | None
"""A moment on the device; None is always past."""


class Lane:
    """Where copies to the device queue, from the host or from other devices."""

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self._stream = torch.cuda.Stream(device) if device.type == "cuda" else None

    def copy(self, target: Tensor, source: Tensor, after: Mark) -> Mark:
        """Queue a copy that waits for `after`; returns the moment it is done."""
        return self.queue(lambda: target.copy_(source, non_blocking=True), after)

    def queue(self, ask: Callable[[], object], after: Mark) -> Mark:
        """Queue what `ask` asks the device for, behind `after`; returns the moment it is done."""
        if self._stream is None:
            ask()
            return None
        with torch.cuda.stream(self._stream):
            if after is not None:
                self._stream.wait_event(after)
            ask()
            return self._stream.record_event()

    def wait(self, mark: Mark) -> None:
        """Let what is computed from here on wait for a moment."""
        if mark is not None:
            torch.cuda.current_stream(self.device).wait_event(mark)

    def mark(self) -> Mark:
        """The moment at which all that was asked to be computed so far is done."""
        return torch.cuda.current_stream(self.device).record_event() if self._stream is not None else None

    def drain(self) -> None:
        """Wait for everything."""
        if self._stream is not None:
            torch.cuda.synchronize(self.device)
