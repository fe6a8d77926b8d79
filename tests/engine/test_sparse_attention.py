"""Attention that leaves out blocks of keys: what it computes is what a dense mask gives, and it computes no more."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional as F

from artifex.engine.attention import pick_attention
from artifex.engine.attention.blocks import LARGEST, block_size, kept_blocks, near_order
from artifex.engine.attention.flash4 import require_flash4
from artifex.engine.attention.flash4_sparse import flash4_sparse_attention, takes, wrong_by
from artifex.engine.attention.gathered import gathered_attention
from artifex.engine.attention.sdpa import sdpa_attention
from artifex.engine.attention.sparse import SparseAttention

DENSE = pick_attention("sdpa")
PROCESSOR = torch.device("cpu")


def rows(seed: int, tokens: int, batch: int = 1, heads: int = 2) -> Tensor:
    """Query, key and value."""
    return torch.randn(3, batch, heads, tokens, 8, generator=torch.Generator().manual_seed(seed))


def masked(query: Tensor, key: Tensor, value: Tensor, kept: Tensor, size: int) -> Tensor:
    """Dense attention under the mask that the kept blocks are."""
    tokens, blocks = query.shape[2], kept.shape[2]
    mask = torch.zeros(*kept.shape[:2], blocks, blocks, dtype=torch.bool).scatter_(3, kept.long(), True)
    mask = mask.repeat_interleave(size, 2).repeat_interleave(size, 3)[:, :, :tokens, :tokens]
    return F.scaled_dot_product_attention(query, key, value, attn_mask=mask)


@given(
    st.integers(0, 1000),
    st.integers(1, 150),
    st.integers(1, 2),
    st.integers(1, 3),
    st.floats(0.01, 1.0),
    st.sampled_from([16, 32]),
)
@settings(max_examples=40, deadline=None)
def test_it_is_what_a_dense_mask_gives(
    seed: int, tokens: int, batch: int, heads: int, density: float, size: int
) -> None:
    query, key, value = rows(seed, tokens, batch, heads)
    kept = kept_blocks(query, key, density, size)
    got = gathered_attention(query, key, value, kept, size)
    assert torch.allclose(got, masked(query, key, value, kept, size), atol=1e-5)


@given(st.integers(0, 1000), st.integers(1, 700), st.integers(1, 6), st.integers(1, 6))
@settings(max_examples=25, deadline=None)
def test_with_all_blocks_it_is_dense(seed: int, tokens: int, height: int, width: int) -> None:
    query, key, value = rows(seed, tokens)
    got = SparseAttention(DENSE, 1.0, (height, width))(query, key, value)
    assert torch.allclose(got, DENSE(query, key, value), atol=1e-5)


@given(st.integers(0, 1000), st.integers(1, 300), st.floats(0.01, 1.0))
@settings(max_examples=25, deadline=None)
def test_as_many_blocks_are_kept_as_was_said_and_always_its_own(seed: int, tokens: int, density: float) -> None:
    query, key, _ = rows(seed, tokens)
    kept = kept_blocks(query, key, density, 16)
    blocks = -(-tokens // 16)
    assert kept.shape == (1, 2, blocks, max(1, round(density * blocks)))
    assert bool((kept.diff(dim=3) > 0).all()), "rising, as the kernel wants them"
    own = torch.arange(blocks)[:, None]
    assert bool((kept == own).any(dim=3).all())


def test_the_blocks_that_matter_are_kept() -> None:
    """One block of keys is what all queries look for."""
    query, key, _ = rows(0, 256)
    key[:, :, 160:176] = 3 * query.mean(2, keepdim=True).sign()
    query += query.mean(2, keepdim=True).sign()
    assert bool((kept_blocks(query, key, 0.13, 16) == 10).any(dim=3).all())


def test_no_more_is_computed_than_what_is_kept() -> None:
    pairs: list[int] = []

    def counting(query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None = None) -> Tensor:
        pairs.append(query[..., 0].numel() * key.shape[2])
        return sdpa_attention(query, key, value, bias)

    query, key, value = rows(0, 256)
    gathered_attention(query, key, value, kept_blocks(query, key, 0.25, 16), 16, counting)
    assert sum(pairs) == 2 * 256 * 64


@pytest.mark.parametrize(("tokens", "size"), [(75600, 128), (2048, 128), (2047, 64), (576, 32), (100, 16)])
def test_short_rows_have_small_blocks(tokens: int, size: int) -> None:
    assert block_size(tokens) == size


def test_what_is_near_in_a_clip_is_in_one_block() -> None:
    """A block of 128 is 4 frames of 4 rows and 8 columns; what is not of the frames stays where it is."""
    frames, height, width = 8, 16, 16
    order = near_order(frames * height * width + 5, height, width, PROCESSOR)
    assert order.sort().values.tolist() == list(range(len(order)))
    assert order[-5:].tolist() == list(range(len(order) - 5, len(order)))
    for block in order[:-5].split(128):
        spans = [axis.max() - axis.min() + 1 for axis in (block // 256, block % 256 // 16, block % 16)]
        assert [int(span) for span in spans] == [4, 4, 8]


def test_attention_to_something_else_is_left_alone() -> None:
    query, key, value = rows(0, 64)
    sparse, bias = SparseAttention(DENSE, 0.1, (4, 4)), torch.zeros(1, 64)
    assert torch.equal(sparse(query, key[:, :, :40], value[:, :, :40]), DENSE(query, key[:, :, :40], value[:, :, :40]))
    assert torch.equal(sparse(query, key, value, bias), DENSE(query, key, value, bias))


hopper = pytest.mark.skipif(
    not torch.cuda.is_available() or torch.cuda.get_device_capability() != (9, 0), reason="needs an NVIDIA GPU: Hopper"
)


@hopper
@pytest.mark.parametrize("head_dim", [64, 128])
@pytest.mark.parametrize("tokens", [4096, 5000])
@pytest.mark.parametrize("density", [0.05, 0.3, 1.0])
@torch.inference_mode()
def test_flash_attention_4_leaves_out_the_same(head_dim: int, tokens: int, density: float) -> None:
    device = torch.device("cuda:0")
    require_flash4(device)
    query, key, value = torch.randn(3, 2, 3, tokens, head_dim, device=device, dtype=torch.bfloat16)
    kept = kept_blocks(query, key, density, LARGEST)
    got = flash4_sparse_attention(query, key, value, kept)
    wanted = gathered_attention(query.float(), key.float(), value.float(), kept, LARGEST)
    assert float((got.float() - wanted).norm() / wanted.norm()) < 0.01


@hopper
@torch.inference_mode()
def test_flash_attention_4_is_trusted_on_a_hopper_gpu() -> None:
    device = torch.device("cuda:0")
    assert wrong_by(device, 128) < 0.01
    assert takes(torch.empty(1, 1, 4096, 128, device=device, dtype=torch.bfloat16), LARGEST)
