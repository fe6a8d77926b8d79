"""Self-attention of one block of A14B by every backend that works here: seconds, and error against float32."""

from typing import Any

import torch
from benchmarks.wan.sparse import GRIDS, heads
from benchmarks.wan.timing import Way, alternating
from torch import Tensor

from artifex.engine.attention import Attention, pick_attention
from artifex.engine.attention.pick import BACKENDS
from artifex.engine.attention.sdpa import sdpa_attention
from artifex.errors import NotAvailable

_LOOKED_AT = 256
"""Number of queries whose results are compared; all of them would take minutes in float32."""


def measure(name: str, device: torch.device, rounds: int) -> dict[str, Any]:
    """Figures by backend, or the reason why it does not work."""
    frames, height, width = GRIDS[name]
    query, key, value = rows = heads(frames * height * width, device)
    key += torch.randn_like(key[:, :, :1])  # keys and values of a real pass have a mean
    value += torch.randn_like(value[:, :, :1])
    exact = sdpa_attention(query[:, :, :_LOOKED_AT].float(), key.float(), value.float())
    told: dict[str, Any] = {}
    ways: dict[str, Way] = {}
    for backend in BACKENDS:
        try:
            ways[backend] = _way(pick_attention(backend, device), rows)
        except NotAvailable as error:
            told[backend] = error.message
    operations = 4 * query.shape[1] * query.shape[2] * key.shape[2] * query.shape[3]
    for backend, timed in alternating(ways, rounds).items():
        told[backend] = {
            "seconds": round(timed.seconds, 4),
            "tflops": round(operations / timed.seconds / 1e12),
            "off": _off(ways[backend], exact),
        }
    return told


def _way(attention: Attention, rows: tuple[Tensor, Tensor, Tensor]) -> Way:
    return lambda: attention(*rows)


def _off(way: Way, exact: Tensor) -> float:
    got = way()
    assert isinstance(got, Tensor)
    return round(float((got[:, :, : exact.shape[2]].float() - exact).norm() / exact.norm()), 4)
