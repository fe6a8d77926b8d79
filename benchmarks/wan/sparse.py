"""Self-attention of one block of A14B with some of it left out: what is won, and how much of that choosing and
reordering take."""

from contextlib import suppress
from typing import Any

import torch
from benchmarks.wan.timing import Way, alternating

from artifex.engine.attention import Attention, pick_attention
from artifex.engine.attention.blocks import LARGEST
from artifex.engine.attention.flash4_sparse import takes
from artifex.engine.attention.sparse import SparseAttention
from artifex.errors import NotAvailable

GRIDS = {"480p81": (21, 30, 52), "720p81": (21, 45, 80)}
"""Tokens along frames, rows and columns."""
DENSITIES = (0.8, 0.5, 0.3, 0.2)
_HEADS, _HEAD_DIM = 40, 128


def measure(name: str, device: torch.device, rounds: int) -> dict[str, Any]:
    """Seconds of each density, times as quick as dense, and the share of what the density promises."""
    frames, height, width = GRIDS[name]
    tokens = frames * height * width
    query, key, value = torch.randn(3, 1, tokens, _HEADS, _HEAD_DIM, device=device, dtype=torch.bfloat16).transpose(
        2, 3
    )
    dense = pick_attention(device=device)

    def way(attention: Attention) -> Way:
        return lambda: attention(query, key, value)

    ways = {"dense": way(dense)}
    ways |= {f"{one:g}": way(SparseAttention(dense, one, (height, width))) for one in DENSITIES}
    with suppress(NotAvailable):
        ways["dense float8"] = way(pick_attention("cudnn-fp8", device))
    timed = alternating(ways, rounds)
    whole = timed["dense"].seconds
    told: dict[str, Any] = {"tokens": tokens, "skips_blocks": takes(query, LARGEST)}
    for way_name, each in timed.items():
        told[way_name] = {"seconds": round(each.seconds, 4), "times_dense": round(whole / each.seconds, 2)}
    for one in DENSITIES:
        told[f"{one:g}"]["share_of_promise"] = round(one * whole / timed[f"{one:g}"].seconds, 3)
    return told
