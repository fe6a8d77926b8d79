"""Weights that go through staging buffers are those that torch would have moved, bit for bit."""

from collections.abc import Iterator

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from artifex.engine.memory import staging
from artifex.engine.memory.staging import Staging

CPU, GPU = torch.device("cpu"), torch.device("cuda")
DTYPES = st.sampled_from([torch.float32, torch.bfloat16, torch.float16])
on_a_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")


@pytest.fixture(autouse=True, scope="module")
def everything_is_staged() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staging, "_WORTH", 0)
        yield


@given(st.lists(st.integers(0, 9), max_size=4), st.sampled_from([8, 24, 64, 4096]), DTYPES, DTYPES, st.booleans())
def test_pieces_make_up_the_whole(shape: list[int], size: int, stored: torch.dtype, kept: torch.dtype, turned: bool):
    values = torch.randn(shape, generator=torch.Generator().manual_seed(0)).to(stored)
    values = values.movedim(0, -1) if turned and shape else values
    moved = Staging(CPU, size).moved(values, kept)
    assert (moved.dtype, moved.is_contiguous()) == (kept, True)
    assert torch.equal(moved, values.to(kept))


def test_a_copy_does_not_change_with_the_next() -> None:
    mover, first, second = Staging(CPU, 64), torch.zeros(100), torch.ones(100)
    moved = mover.moved(first, torch.float32), mover.moved(second, torch.float32)
    assert torch.equal(moved[0], first)
    assert torch.equal(moved[1], second)


@on_a_gpu
@given(st.lists(st.integers(1, 3 << 20), min_size=1, max_size=6), DTYPES, DTYPES)
def test_on_a_gpu_no_buffer_is_overwritten_too_early(lengths: list[int], stored: torch.dtype, kept: torch.dtype):
    mover = Staging(GPU, 1 << 20)
    given = [torch.randn(length).to(stored) for length in lengths]
    moved = [mover.moved(values, kept) for values in given]
    del mover
    assert all(torch.equal(got.cpu(), values.to(kept)) for got, values in zip(moved, given, strict=True))
