"""Row-wise kernels between the products of a block of A14B: seconds of each walk (pass over memory), and its bandwidth
as a share of a copy's."""

from collections.abc import Callable
from functools import partial
from math import prod
from typing import Any

import torch
from benchmarks.wan.floor import Ceilings
from benchmarks.wan.sparse import GRIDS
from benchmarks.wan.timing import alternating
from torch import Tensor

from artifex.engine.kernels.heads import Projected, narrow_across, narrow_projected
from artifex.engine.kernels.rows import Modulation, joined, joined_and_normed, normed, rotated_norm

_HEADS, _HEAD_DIM = 40, 128
_WIDTH = _HEADS * _HEAD_DIM
_EPS = 1e-6
_TIMES = 20
"""Runs per timing: one alone takes less than a millisecond."""


def measure(name: str, ceilings: Ceilings, device: torch.device, rounds: int) -> dict[str, Any]:
    """Figures by walk; those of `high` only where this GPU has float8."""
    walks = _walks(prod(GRIDS[name]), device)
    timed = alternating({walk: partial(_repeat, way) for walk, (_, way) in walks.items()}, rounds)
    told: dict[str, Any] = {}
    for walk, (size, _) in walks.items():
        seconds = timed[walk].seconds / _TIMES
        told[walk] = {"seconds": round(seconds, 6), "share_of_copy": round(size / seconds / ceilings.copy_bytes, 2)}
    return told


def _repeat(way: Callable[[], object]) -> None:
    for _ in range(_TIMES):
        way()


def _walks(tokens: int, device: torch.device) -> dict[str, tuple[float, Callable[[], object]]]:
    """By name: bytes to be read and written, and the call."""
    x = torch.randn(1, tokens, _WIDTH, device=device)
    update = torch.randn_like(x, dtype=torch.bfloat16)
    gate, scale, shift = torch.randn(3, 1, 1, _WIDTH, device=device)
    weight = torch.randn(_WIDTH, device=device, dtype=torch.bfloat16)
    angles = torch.randn(tokens, _HEAD_DIM // 2, device=device)
    table, norm = torch.stack((angles.cos(), angles.sin()), dim=-1), Modulation(scale, shift, _EPS)
    stream, rows, eight_bits = (x.numel() * size for size in (4, 2, 1))
    walks: dict[str, tuple[float, Callable[[], object]]] = {
        "norm": (stream + rows, lambda: normed(x, norm, torch.bfloat16)),
        "update and norm": (2 * stream + 2 * rows, lambda: joined_and_normed(x, update, gate, norm, torch.bfloat16)),
        "update": (2 * stream + rows, lambda: joined(x, update, gate)),
        "queries or keys": (2 * rows, lambda: rotated_norm(update, weight, _EPS, _HEADS, table)),
        "queries of the prompt": (2 * rows, lambda: rotated_norm(update, weight, _EPS, _HEADS)),
    }
    if torch.cuda.get_device_capability(device) < (8, 9):
        return walks
    float8, projected = torch.float8_e4m3fn, Projected(update, weight, _EPS)
    values: Tensor = update.unflatten(2, (_HEADS, _HEAD_DIM))
    return walks | {
        "norm, to eight bits": (stream + eight_bits, lambda: normed(x, norm, float8)),
        "update and norm, to eight bits": (
            2 * stream + rows + eight_bits,
            lambda: joined_and_normed(x, update, gate, norm, float8),
        ),
        "queries or keys, to eight bits": (
            rows + eight_bits,
            lambda: narrow_projected(projected, _HEADS, table, centres=True),
        ),
        "values, to eight bits": (rows + eight_bits, lambda: narrow_across(values)),
    }
