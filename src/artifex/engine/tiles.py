"""Where tiles of a picture lie, and what each counts where they overlap."""

import torch
from torch import Tensor

OVERLAP = 4
"""A tile overlaps its neighbour by a side divided by this."""


def tile_starts(length: int, tile: int) -> list[int]:
    """Where tiles begin along an axis of so many cells: as few as the overlap allows, evenly spread."""
    if tile >= length:
        return [0]
    step = tile - max(1, tile // OVERLAP)
    count = -(-(length - tile) // step) + 1
    return [(length - tile) * index // (count - 1) for index in range(count)]


def blend_weights(starts: list[int], length: int, tile: int) -> list[Tensor]:
    """What each tile counts at its pixels along an axis of `length` pixels, [pixels of the tile]; all sum to 1."""
    if len(starts) == 1:
        return [torch.ones(length)]
    inside = torch.arange(tile) + 1
    ramp = torch.minimum(inside, inside.flip(0)).clamp(max=max(1, tile // OVERLAP)).float()
    ramps: list[Tensor] = []
    total = torch.zeros(length)
    for start in starts:
        own = ramp.clone()
        if start == 0:
            own[: tile // 2] = ramp.max()
        if start == starts[-1]:
            own[tile // 2 :] = ramp.max()
        total[start : start + tile] += own
        ramps.append(own)
    return [own / total[start : start + tile] for start, own in zip(starts, ramps, strict=True)]
