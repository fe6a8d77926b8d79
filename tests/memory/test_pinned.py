"""Memory that the system does not let be pinned is ordinary memory, and nothing else fails because of it."""

import logging

import pytest
import torch

from artifex.engine.memory.pinned import PinnedMemory

GPU = torch.device("cuda")


class Runtime:
    """CUDA as far as it is asked here: a failed call's error waits for the next launch."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.pinned: dict[int, int] = {}
        self.waiting = 0

    def cudaHostRegister(self, address: int, size: int, _flags: int) -> int:
        if sum(self.pinned.values()) + size > self.most:
            self.waiting = 2
            return self.waiting
        self.pinned[address] = size
        return 0

    def cudaHostUnregister(self, address: int) -> int:
        if self.pinned.pop(address, None) is None:
            self.waiting = 713
        return self.waiting

    def finish(self, _device: torch.device) -> None:
        """Nothing runs."""

    def launch(self, *_shape: int, **_how: object) -> None:
        error, self.waiting = self.waiting, 0
        if error:
            raise RuntimeError(f"CUDA error: {error}")


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Runtime:
    runtime = Runtime(most=250)
    monkeypatch.setattr(torch.cuda, "cudart", lambda: runtime)
    monkeypatch.setattr(torch, "ones", runtime.launch)
    monkeypatch.setattr(torch.cuda, "synchronize", runtime.finish)
    return runtime


def test_what_cannot_be_pinned_is_ordinary_and_told_once(runtime: Runtime, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    memory = PinnedMemory(GPU)
    assert [memory.buffer(100).numel() for _ in range(4)] == [100] * 4
    assert (memory.bytes, sum(runtime.pinned.values())) == (200, 200)
    assert [record.levelname for record in caplog.records] == ["INFO"]
    runtime.launch()
    memory.release()
    assert (memory.bytes, runtime.pinned) == (0, {})


def test_an_unpinning_that_fails_is_no_launchs_error(runtime: Runtime) -> None:
    memory = PinnedMemory(GPU)
    memory.buffer(100)
    runtime.pinned.clear()
    memory.release()
    runtime.launch()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
def test_a_launch_succeeds_where_pinning_failed() -> None:
    """CUDA refuses to pin nothing; from there on all memory is ordinary."""
    memory = PinnedMemory(GPU)
    memory.buffer(0)
    assert torch.ones(3, device=GPU).tolist() == [1, 1, 1]
    memory.buffer(4096)
    assert memory.bytes == 0
