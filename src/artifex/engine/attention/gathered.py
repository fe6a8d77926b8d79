"""Attention to some blocks of keys, by laying those of each block of queries together: every device, every dtype."""

import torch
from torch import Tensor
from torch.nn import functional as F

from artifex.engine.attention.contract import Attention
from artifex.engine.attention.sdpa import sdpa_attention


def gathered_attention(
    query: Tensor, key: Tensor, value: Tensor, kept: Tensor, size: int, attention: Attention = sdpa_attention
) -> Tensor:
    """Attend from each block of queries to the blocks of keys that it keeps: what a dense mask of them would give.

    So many blocks of queries go together that what is laid out for them takes about the memory of all keys and values.

    Args:
        query: [batch, heads, tokens, head_dim].
        key: likewise.
        value: likewise.
        kept: numbers of blocks, [batch, heads, blocks, kept], as `kept_blocks` gives them.
        size: tokens of a block; the last one may have fewer.
        attention: computes what was laid together.

    Returns:
        [batch, heads, tokens, head_dim].
    """
    batch, heads, tokens, _ = query.shape
    blocks, count = kept.shape[2:]
    keys, values, numbers = key.flatten(0, 1), value.flatten(0, 1), kept.flatten(0, 1).long()
    row = torch.arange(batch * heads, device=query.device)[:, None, None]
    place = torch.arange(size, device=query.device)
    out = torch.empty_like(query)
    together = -(-blocks // count)
    for first in range(0, blocks, together):
        here = slice(first * size, (first + together) * size)
        asked = _in_blocks(query[:, :, here], size)
        near = (numbers[:, first : first + together, :, None] * size + place).flatten(2)
        seen, said = (each[row, near.clamp(max=tokens - 1)].flatten(0, 1)[:, None] for each in (keys, values))
        mixed = attention(asked.flatten(0, 2)[:, None], seen, said, _bias(near.flatten(0, 1), tokens, size))
        out[:, :, here] = mixed.view(asked.shape).flatten(2, 3)[:, :, : tokens - here.start]
    return out


def _in_blocks(rows: Tensor, size: int) -> Tensor:
    """[batch, heads, tokens, head_dim] -> [batch, heads, blocks, size, head_dim], zeros behind the last token."""
    return F.pad(rows, (0, 0, 0, -rows.shape[2] % size)).unflatten(2, (-1, size))


def _bias(near: Tensor, tokens: int, size: int) -> Tensor | None:
    """What takes the places behind the last token out of [blocks, places] of keys."""
    if tokens % size == 0:
        return None
    return torch.zeros_like(near, dtype=torch.float32).masked_fill(near >= tokens, float("-inf"))
