"""Memory that runs out becomes an error without torch in it."""

import gc
import weakref

import pytest
import torch

from artifex.engine.memory.shortage import memory_shortage
from artifex.errors import OutOfMemory


class Large:
    """Stands for what a failing pass holds."""


def test_too_large_a_tensor_on_the_host() -> None:
    with pytest.raises(OutOfMemory, match="while decoding") as caught, memory_shortage("decoding"):
        torch.empty(2**50, dtype=torch.float32)
    assert caught.value.code == "out_of_memory"
    assert "GPU" not in caught.value.message


@pytest.mark.parametrize(
    ("error", "where"),
    [
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes."), "The memory"),
        (RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 8 bytes."), "The memory"),
        (MemoryError(), "The memory"),
        (RuntimeError("CUDA error: out of memory"), "The GPU memory"),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), "The GPU memory"),
        (RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"), "The GPU memory"),
    ],
)
def test_every_way_in_which_it_is_told(error: Exception, where: str) -> None:
    """On Windows the allocator of the host has other words."""
    with pytest.raises(OutOfMemory, match=f"{where} ran out"), memory_shortage("decoding"):
        raise error


def test_what_only_the_failure_held_is_let_go() -> None:
    held: list[weakref.ref[Large]] = []

    def fail() -> None:
        large = Large()
        held.append(weakref.ref(large))
        raise torch.OutOfMemoryError("CUDA out of memory.")

    with pytest.raises(OutOfMemory, match="GPU"), memory_shortage("denoising"):
        fail()
    gc.collect()
    assert held[0]() is None


def test_other_errors_pass() -> None:
    with pytest.raises(RuntimeError, match="shapes"), memory_shortage("denoising"):
        raise RuntimeError("shapes differ")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
def test_too_large_a_tensor_on_a_gpu() -> None:
    with pytest.raises(OutOfMemory, match="GPU memory"), memory_shortage("denoising"):
        torch.empty(2**45, device="cuda")
