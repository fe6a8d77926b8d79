"""Attention in float8 by cuDNN, through nvidia-cudnn-frontend: 1.5 times as fast as bf16 on NVIDIA's Hopper.

Queries, keys, values and the result are rounded to float8, with one scale per tensor.
"""

import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from artifex.engine.attention.narrowed import TOLERANCE, NarrowAttention
from artifex.engine.attention.self_test import doubt, require
from artifex.engine.kernels.door import works
from artifex.engine.kernels.eight_bits import SMALLEST, Rows
from artifex.engine.kernels.heads import LARGEST, Narrow, narrow, widen

CAPABILITY = (9, 0)
_PROBABILITY_SCALE = 448.0
"""A probability of 1 becomes the largest float8."""
_MOST_PLANS = 8
"""A clip has few shapes: of the whole or of its windows, with guidance or without."""


def require_cudnn_fp8(device: torch.device) -> None:
    """Raise NotAvailable, with the reason, where it does not work or is too far from float32."""
    require("cudnn-fp8", _reason(device))


def _mix(query: Narrow, key: Narrow, value: Tensor, dtype: torch.dtype) -> Rows:
    values = narrow(value, rotates=False, centres=True)
    return widen(_run(query, key, values), values, dtype)


cudnn_fp8_attention = NarrowAttention(_mix)


def _run(query: Narrow, key: Narrow, value: Narrow) -> Tensor:
    batch, queries, heads, size = query.values.shape
    shape = _Shape(batch, queries, heads, size, key.values.shape[1])
    return _kept.plan(shape, query.values.device).run(query, key, value)


@dataclass(frozen=True)
class _Shape:
    batch: int
    queries: int
    heads: int
    size: int
    keys: int


class _Plan:
    """A cuDNN graph for attention of one shape; tensors are [batch, tokens, heads, head_dim]."""

    def __init__(self, shape: _Shape, device: torch.device, handle: Any) -> None:
        import cudnn  # pyright: ignore[reportMissingImports]

        self._library: Any = cudnn
        self._handle = handle
        float8, float32 = cudnn.data_type.FP8_E4M3, cudnn.data_type.FLOAT
        graph: Any = cudnn.pygraph(
            io_data_type=float8,
            intermediate_data_type=float32,
            compute_data_type=float32,
            handle=self._handle,
        )

        def rows(name: str, tokens: int) -> Any:
            dim, stride = _layout(shape, tokens)
            return graph.tensor(name=name, dim=dim, stride=stride, data_type=float8)

        one = [1, 1, 1, 1]
        factors = ("descale_q", "descale_k", "descale_v", "descale_s", "scale_s", "scale_o")
        self._factors = {name: graph.tensor(name=name, dim=one, stride=one, data_type=float32) for name in factors}
        self._inputs = rows("q", shape.queries), rows("k", shape.keys), rows("v", shape.keys)
        query, key, value = self._inputs
        self._out, _, _, self._most = graph.sdpa_fp8(
            q=query,
            k=key,
            v=value,
            **self._factors,
            # Queries and keys are rotated by an unnormalised Hadamard matrix, which makes logits `size` times as large.
            attn_scale=shape.size**-1.5,
            generate_stats=False,
            name="attention",
        )
        dim, stride = _layout(shape, shape.queries)
        self._out.set_output(True).set_dim(dim).set_stride(stride).set_data_type(float8)
        self._most.set_output(True).set_dim(one).set_stride(one).set_data_type(float32)
        graph.build([cudnn.heur_mode.A, cudnn.heur_mode.FALLBACK])
        self._graph = graph
        self._constants = {
            "descale_s": torch.full((1,), 1 / _PROBABILITY_SCALE, device=device),
            "scale_s": torch.full((1,), _PROBABILITY_SCALE, device=device),
        }
        self._most_out = torch.zeros(1, device=device)
        self._workspace_bytes = max(1, graph.get_workspace_size())

    def run(self, query: Narrow, key: Narrow, value: Narrow) -> Tensor:
        """Attend; the result has the scale of the values, since an average of them is no larger."""
        out = torch.empty_like(query.values)
        descale = [each.most.clamp_min(SMALLEST) / LARGEST for each in (query, key, value)]
        factors = dict(zip(("descale_q", "descale_k", "descale_v"), descale, strict=True))
        factors |= {"scale_o": descale[2].reciprocal(), **self._constants}
        pack = dict(zip(self._inputs, (query.values, key.values, value.values), strict=True))
        pack |= {self._out: out, self._most: self._most_out}
        pack |= {tensor: factors[name] for name, tensor in self._factors.items()}
        self._library.set_stream(handle=self._handle, stream=torch.cuda.current_stream(out.device).cuda_stream)
        workspace = torch.empty(self._workspace_bytes, device=out.device, dtype=torch.uint8)
        self._graph.execute(pack, workspace, handle=self._handle)
        return out


def _handle(device: torch.device) -> Any:
    import cudnn  # pyright: ignore[reportMissingImports]

    with torch.cuda.device(device):
        return cudnn.create_handle()


class _Kept(threading.local):
    """Per-thread state: a cuDNN handle for each device, and the plans of the most recent shapes."""

    def __init__(self) -> None:
        self.handle = lru_cache(maxsize=None)(_handle)
        self.plan = lru_cache(maxsize=_MOST_PLANS)(self._plan)

    def _plan(self, shape: _Shape, device: torch.device) -> _Plan:
        return _Plan(shape, device, self.handle(device))


_kept = _Kept()


def _layout(shape: _Shape, tokens: int) -> tuple[list[int], list[int]]:
    """Sizes and strides of [batch, heads, tokens, size], laid out in memory as [batch, tokens, heads, size]."""
    row = shape.heads * shape.size
    return [shape.batch, shape.heads, tokens, shape.size], [tokens * row, shape.size, row, 1]


@lru_cache(maxsize=16)
def _reason(device: torch.device) -> str:
    """Why it cannot be used on the device; empty if it works."""
    if device.type != "cuda" or torch.cuda.get_device_capability(device) < CAPABILITY:
        return "it needs an NVIDIA GPU of the Hopper generation or later"
    if not works(device):
        return "Triton does not work"
    try:
        import cudnn  # pyright: ignore[reportMissingImports]
    except (ImportError, OSError) as error:
        return f"nvidia-cudnn-frontend cannot be loaded ({error})"
    return doubt(lambda: cudnn_fp8_attention.wrong_by(device), TOLERANCE, (cudnn.cudnnGraphNotSupportedError,))
