"""Rotary position embedding over (frame, row, column), as in Wan (RoFormer, arXiv:2104.09864, factorised over 3 axes).

A head of size d gives d - 4 * (d // 6) dimensions to time and 2 * (d // 6) to each of height and width.
"""

from functools import lru_cache

import torch
from torch import Tensor

_THETA = 10000.0

Positions = tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]
"""Along frames, rows and columns."""


@lru_cache(maxsize=16)
@torch.inference_mode(False)  # a cached tensor must also serve training
def rotary_table(head_dim: int, grid: tuple[int, int, int], device: torch.device) -> Tensor:
    """Cosines and sines of every token's position, float32 rounded from float64 angles.

    Args:
        head_dim: size of one attention head, even.
        grid: tokens along (frames, rows, columns); tokens are ordered row-major.
        device: of the table.

    Returns:
        [frames * rows * columns, head_dim // 2, 2]: cosine and sine of each pair's angle.
    """
    rows = tuple(tuple(range(length)) for length in grid)
    return rotary_at(head_dim, (rows[0], rows[1], rows[2]), device)


@lru_cache(maxsize=16)
@torch.inference_mode(False)
def rotary_at(head_dim: int, positions: Positions, device: torch.device) -> Tensor:
    """`rotary_table` of tokens on any grid of positions.

    Args:
        head_dim: size of one attention head, even.
        positions: along (frames, rows, columns) of the grid; negative ones lie before the clip.
        device: of the table.

    Returns:
        [tokens, head_dim // 2, 2], as `rotary_table`.
    """
    spatial = 2 * (head_dim // 6)
    sizes = (head_dim - 2 * spatial, spatial, spatial)
    grid = [len(axis) for axis in positions]
    axes: list[Tensor] = []
    for axis, (places, size) in enumerate(zip(positions, sizes, strict=True)):
        frequencies = _THETA ** (-torch.arange(0, size, 2, dtype=torch.float64) / size)
        angles = torch.outer(torch.tensor(places, dtype=torch.float64), frequencies)
        shape = [1, 1, 1, size // 2]
        shape[axis] = len(places)
        axes.append(angles.view(shape).expand(*grid, -1))
    angles = torch.cat(axes, dim=-1).flatten(0, 2)
    return torch.stack((angles.cos(), angles.sin()), dim=-1).float().to(device)
