"""Block-sparse attention by FlashAttention 4, whose kernel for NVIDIA's Hopper can skip blocks of keys."""

import logging
from functools import lru_cache, partial
from typing import Any

import torch
from torch import Tensor

from artifex.engine.attention.blocks import LARGEST, kept_blocks
from artifex.engine.attention.flash4 import doubt_kernels, forward, require_flash4, suits
from artifex.engine.attention.gathered import gathered_attention
from artifex.engine.attention.self_test import apart
from artifex.errors import NotAvailable

_log = logging.getLogger(__name__)

_TOKENS, _HEADS = 16 * LARGEST + 80, 2
"""Size of the self-test; the last block is not full."""


def takes(rows: Tensor, size: int) -> bool:
    """Whether the kernel takes such tensors in blocks of `size`, and has passed the self-test on this device."""
    return size == LARGEST and suits(rows) and _works(rows.device, rows.shape[-1])


def flash4_sparse_attention(query: Tensor, key: Tensor, value: Tensor, kept: Tensor) -> Tensor:
    """`gathered_attention` for blocks of `LARGEST` tokens; arguments as there."""
    from flash_attn.cute.block_sparsity import BlockSparseTensorsTorch  # pyright: ignore

    rows = [each.transpose(1, 2) for each in (query, key, value)]
    counts = torch.full(kept.shape[:3], kept.shape[3], device=kept.device, dtype=torch.int32)
    blocks: Any = BlockSparseTensorsTorch(
        # No block is masked in part. The kernel handles a last block that is not full, but only at the end of the
        # list, so indices have to ascend.
        mask_block_cnt=torch.zeros_like(counts),
        mask_block_idx=kept,
        full_block_cnt=counts,
        full_block_idx=kept,
        block_size=(LARGEST, LARGEST),
    )
    out: Tensor = forward()(*rows, block_sparse_tensors=blocks)[0]
    return out.transpose(1, 2)


@lru_cache(maxsize=16)
def _works(device: torch.device, head_dim: int) -> bool:
    reason = _reason(device, head_dim)
    if reason:
        _log.info("FlashAttention 4 does not leave out blocks here: %s.", reason)
    return not reason


def _reason(device: torch.device, head_dim: int) -> str:
    """Why it cannot be used on the device; empty if it works."""
    try:
        require_flash4(device)
    except NotAvailable as error:
        return error.message
    return doubt_kernels(partial(wrong_by, device, head_dim))


def wrong_by(device: torch.device, head_dim: int) -> float:
    """Relative error against `gathered_attention` in float32, on random numbers with a third of the blocks kept."""
    generator = torch.Generator().manual_seed(0)
    rows = torch.randn((3, 1, _HEADS, _TOKENS, head_dim), generator=generator).to(device, torch.bfloat16)
    query, key, value = rows
    kept = kept_blocks(query, key, 1 / 3, LARGEST)
    got = flash4_sparse_attention(query, key, value, kept)
    wanted = gathered_attention(query.float(), key.float(), value.float(), kept, LARGEST)
    return apart(got, wanted)
