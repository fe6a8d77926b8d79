"""Block-sparse attention by gathering the blocks of keys of each block of queries: every device, every dtype."""

import torch
from torch import Tensor
from torch.nn import functional as F

from artifex.engine.attention.contract import Attention
from artifex.engine.attention.sdpa import sdpa_attention


def gathered_attention(
    query: Tensor, key: Tensor, value: Tensor, kept: Tensor, size: int, attention: Attention = sdpa_attention
) -> Tensor:
    """Attend from each block of queries to its kept blocks of keys, with the result of dense attention under a mask.

    Blocks of queries are processed in groups, so that gathered keys and values take about the memory of all of them.

    Args:
        query: [batch, heads, tokens, head_dim].
        key: likewise.
        value: likewise.
        kept: indices of blocks of keys, [batch, heads, blocks, kept], as from `kept_blocks`.
        size: tokens of a block; the last one may have fewer.
        attention: attends to the gathered keys.

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
    """[batch, heads, tokens, head_dim] -> [batch, heads, blocks, size, head_dim], zeros after the last token."""
    return F.pad(rows, (0, 0, 0, -rows.shape[2] % size)).unflatten(2, (-1, size))


def _bias(near: Tensor, tokens: int, size: int) -> Tensor | None:
    """A bias [blocks, places] that masks places after the last token; None if there are none."""
    if tokens % size == 0:
        return None
    return torch.zeros_like(near, dtype=torch.float32).masked_fill(near >= tokens, float("-inf"))
