"""Which blocks of keys each block of queries looks at, where it does not look at all of them."""

from functools import lru_cache

import torch
from torch import Tensor

LARGEST = 128
"""Tokens of a block, as large as a tile of the kernels that skip blocks."""
_SMALLEST = 16
_FEWEST = 16
"""Blocks of a row, at least, as far as their smallest size lets it: among few there is little to choose."""


def block_size(tokens: int) -> int:
    """Tokens of a block in a row of so many: a power of two."""
    size = LARGEST
    while size > _SMALLEST and tokens < _FEWEST * size:
        size //= 2
    return size


def kept_blocks(query: Tensor, key: Tensor, density: float, size: int) -> Tensor:
    """The blocks of keys that matter most to each block of queries, as far as their means tell.

    The mean of a block stands for its tokens, and the product of two means for what softmax will make of all their
    pairs (SpargeAttention, arXiv:2502.18137; MoBA, arXiv:2502.13189). Each block of queries keeps equally many, so
    that it is known beforehand what attention costs, and its own block always.

    Args:
        query: [batch, heads, tokens, head_dim].
        key: likewise.
        density: share of the blocks that is kept, above 0, up to 1: at least one block.
        size: tokens of a block; the last one may have fewer.

    Returns:
        Numbers of blocks, int32 [batch, heads, blocks, kept], rising.
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
    """An order in which tokens that are near one another in a clip come one after another: Morton's.

    A block of 128 consecutive ones is then a box of frames, rows and columns instead of a strip of a row, and its mean
    stands for more alike tokens (SpargeAttention orders along Hilbert's curve to that end).

    Args:
        tokens: of the clip, row-major over (frames, rows, columns); what is behind whole frames stays behind.
        rows: of a frame.
        columns: likewise.
        device: where it is wanted.

    Returns:
        Numbers of tokens, int64 [tokens].
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
