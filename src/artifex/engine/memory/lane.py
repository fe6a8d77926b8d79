"""Copies that overlap with computation: on a CUDA stream of their own, or synchronous where there is none."""

from collections.abc import Callable

import torch
from torch import Tensor

Mark = torch.cuda.Event | torch.Event | None
"""A point in the device's work; None is always past."""


class Lane:
    """A queue of copies to the device, from the host or from other devices."""

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self._stream = torch.cuda.Stream(device) if device.type == "cuda" else None

    def copy(self, target: Tensor, source: Tensor, after: Mark) -> Mark:
        """Queue a copy that waits for `after`; returns the mark of its end."""
        return self.queue(lambda: target.copy_(source, non_blocking=True), after)

    def queue(self, ask: Callable[[], object], after: Mark) -> Mark:
        """Queue the device work that `ask` submits, after the mark `after`; returns the mark of its end."""
        if self._stream is None:
            ask()
            return None
        with torch.cuda.stream(self._stream):
            if after is not None:
                self._stream.wait_event(after)
            ask()
            return self._stream.record_event()

    def wait(self, mark: Mark) -> None:
        """Make computation queued from here on wait for a mark."""
        if mark is not None:
            torch.cuda.current_stream(self.device).wait_event(mark)

    def mark(self) -> Mark:
        """The mark at which all computation queued so far is done."""
        return torch.cuda.current_stream(self.device).record_event() if self._stream is not None else None

    def drain(self) -> None:
        """Wait until the device has finished all work."""
        if self._stream is not None:
            torch.cuda.synchronize(self.device)
