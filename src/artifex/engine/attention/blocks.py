"""Which blocks of keys each block of queries attends to in block-sparse attention."""

from functools import lru_cache

import torch
from torch import Tensor

LARGEST = 128
"""Tokens of the largest block: the tile size of the kernels that skip blocks."""
_SMALLEST = 16
_FEWEST = 16
"""Minimum number of blocks in a sequence, unless `_SMALLEST` prevents it: among few there is little to choose."""


def block_size(tokens: int) -> int:
    """Tokens of a block in a sequence of `tokens`: a power of two."""
    size = LARGEST
    while size > _SMALLEST and tokens < _FEWEST * size:
        size //= 2
    return size


def kept_blocks(query: Tensor, key: Tensor, density: float, size: int) -> Tensor:
    """The blocks of keys that matter most to each block of queries, estimated from the blocks' means.

    The mean of a block represents its tokens, and the product of two means the attention weight of all their pairs
    (SpargeAttention, arXiv:2502.18137; MoBA, arXiv:2502.13189). Every block of queries keeps equally many blocks of
    keys, so that the cost of attention is known beforehand, and its own is always among them.

    Args:
        query: [batch, heads, tokens, head_dim].
        key: likewise.
        density: share of the blocks that is kept, above 0, up to 1; at least one block is kept.
        size: tokens of a block; the last one may have fewer.

    Returns:
        Indices of blocks of keys, int32 [batch, heads, blocks, kept], ascending.
    """
    queries, keys = _means(query, size), _means(key, size)
    count = keys.shape[2]
    scores = queries @ keys.transpose(2, 3)
    scores.diagonal(dim1=2, dim2=3).fill_(float("inf"))
    kept = scores.topk(max(1, round(density * count)), dim=3, sorted=False).indices
    return kept.sort(dim=3).values.int()


def _means(x: Tensor, size: int) -> Tensor:
    """[batch, heads, tokens, head_dim] -> the mean of each block, float32 [batch, heads, blocks, head_dim]."""
    tokens = x.shape[2]
    whole = tokens // size * size
    means = x[:, :, :whole].unflatten(2, (-1, size)).mean(3, dtype=torch.float32)
    if whole == tokens:
        return means
    return torch.cat((means, x[:, :, whole:].mean(2, keepdim=True, dtype=torch.float32)), dim=2)


@lru_cache(maxsize=16)
@torch.inference_mode(False)
def near_order(tokens: int, rows: int, columns: int, device: torch.device) -> Tensor:
    """The tokens of a clip in Morton order (Z-order curve), which places neighbours in the clip near one another.

    A block of 128 consecutive tokens is then a box of frames, rows and columns instead of a strip of a row, so its
    tokens are more alike and better represented by their mean (SpargeAttention uses a Hilbert curve for this).

    Args:
        tokens: number in the clip, row-major over (frames, rows, columns); those after the last whole frame stay last.
        rows: of tokens in a frame.
        columns: likewise.
        device: of the result.

    Returns:
        Indices of tokens, int64 [tokens].
    """
    place = torch.arange(tokens)
    frame, within = place // (rows * columns), place % (rows * columns)
    axes = within % columns, within // columns, frame
    code = torch.zeros_like(place)
    for bit in range(16):
        for axis, number in enumerate(axes):
            code |= ((number >> bit) & 1) << (3 * bit + axis)
    code[tokens // (rows * columns) * rows * columns :] = torch.iinfo(torch.int64).max
    return code.argsort(stable=True).to(device)
