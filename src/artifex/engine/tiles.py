"""Positions of a picture's overlapping tiles, and their blend weights."""

import torch
from torch import Tensor

OVERLAP = 4
"""Neighbouring tiles overlap by at least their side divided by this."""


def tile_starts(length: int, tile: int) -> list[int]:
    """Starts of the tiles along an axis of `length` cells: as few as the overlap allows, evenly spread."""
    if tile >= length:
        return [0]
    step = tile - max(1, tile // OVERLAP)
    count = -(-(length - tile) // step) + 1
    return [(length - tile) * index // (count - 1) for index in range(count)]


def blend_weights(starts: list[int], length: int, tile: int) -> list[Tensor]:
    """Weights [pixels of the tile] of each tile along an axis of `length` pixels; at every pixel they sum to 1."""
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
