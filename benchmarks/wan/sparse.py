"""Sparse self-attention of one block of A14B: speed-up over dense, and how much of it choosing blocks and reordering
tokens cost."""

from typing import Any

import torch
from benchmarks.wan.timing import Way, alternating
from torch import Tensor

from artifex.engine.attention import Attention, pick_attention
from artifex.engine.attention.blocks import LARGEST
from artifex.engine.attention.flash4_sparse import takes
from artifex.engine.attention.sparse import SparseAttention

GRIDS = {"480p81": (21, 30, 52), "720p81": (21, 45, 80)}
"""Tokens along frames, rows and columns."""
DENSITIES = (0.8, 0.5, 0.25, 0.15)
_HEADS, _HEAD_DIM = 40, 128


def measure(name: str, device: torch.device, rounds: int) -> dict[str, Any]:
    """Seconds of each density, speed-up over dense, and that as a share of the ideal (1 / density)."""
    frames, height, width = GRIDS[name]
    query, key, value = heads(frames * height * width, device)
    dense = pick_attention(device=device)

    def way(attention: Attention) -> Way:
        return lambda: attention(query, key, value)

    ways = {"dense": way(dense)}
    ways |= {f"{one:g}": way(SparseAttention(dense, one, (height, width))) for one in DENSITIES}
    timed = alternating(ways, rounds)
    whole = timed["dense"].seconds
    told: dict[str, Any] = {"tokens": query.shape[2], "skips_blocks": takes(query, LARGEST)}
    for way_name, each in timed.items():
        told[way_name] = {"seconds": round(each.seconds, 4), "times_dense": round(whole / each.seconds, 2)}
    for one in DENSITIES:
        told[f"{one:g}"]["share_of_promise"] = round(one * whole / timed[f"{one:g}"].seconds, 3)
    return told


def heads(tokens: int, device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
    """Random queries, keys and values of A14B: [1, heads, tokens, head_dim], in the memory layout of projections."""
    rows = torch.randn(3, 1, tokens, _HEADS, _HEAD_DIM, device=device, dtype=torch.bfloat16).transpose(2, 3)
    query, key, value = rows
    return query, key, value
