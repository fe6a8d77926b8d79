"""Best measured rates of this GPU, and how long a pass would take at them: its floor."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from benchmarks.wan.timing import Way, alternating
from torch.nn import functional as F

from artifex.catalog.wan.cost import attention_flops, linear_flops
from artifex.catalog.wan.transformer_config import TransformerConfig
from artifex.engine.attention import pick_attention
from artifex.engine.attention.narrowed import NarrowAttention
from artifex.engine.kernels.heads import narrow

_ROWS, _INPUTS, _OUTPUTS = 75_600, 5120, 13_824
_TOKENS, _HEADS, _HEAD_DIM = 32_760, 40, 128


@dataclass(frozen=True)
class Ceilings:
    """Rates in FLOP/s; those of float8 are None where the GPU or its software does not support it."""

    linear: float
    attention: float
    linear_fp8: float | None
    attention_fp8: float | None
    copy_bytes: float
    """Bytes read and written per second."""

    def seconds(self, config: TransformerConfig, tokens: int, *, fp8: bool) -> float:
        """Least time of a pass over so many tokens, without attention to the prompt."""
        linear, attention = self.linear, self.attention
        if fp8:
            linear, attention = self.linear_fp8 or linear, self.attention_fp8 or attention
        return linear_flops(config, tokens) / linear + attention_flops(config, tokens, 0) / attention


def measure(device: torch.device) -> Ceilings:
    """Measure the rates on shapes of the 14B models."""
    ways: dict[str, Way] = {}
    x = torch.randn(_ROWS, _INPUTS, device=device, dtype=torch.bfloat16)
    weight = torch.randn(_OUTPUTS, _INPUTS, device=device, dtype=torch.bfloat16)
    ways["linear"] = lambda: F.linear(x, weight)
    heads = torch.randn(3, 1, _TOKENS, _HEADS, _HEAD_DIM, device=device, dtype=torch.bfloat16).transpose(2, 3)
    quickest = pick_attention(device=device)
    ways["attention"] = lambda: quickest(*heads)
    target = torch.empty_like(heads)
    ways["copy"] = lambda: target.copy_(heads)
    if torch.cuda.get_device_capability(device) >= (8, 9):
        ways["linear_fp8"] = _fp8_product(x, weight)
    rounding = pick_attention(device=device, may_round=True)
    if isinstance(rounding, NarrowAttention):
        ways["attention_fp8"] = _fp8_attention(rounding, heads.transpose(2, 3))
    timed = alternating(ways, rounds=5)
    product = 2.0 * _ROWS * _INPUTS * _OUTPUTS
    attention = 4.0 * _TOKENS**2 * _HEADS * _HEAD_DIM

    def rate(name: str, work: float) -> float | None:
        return work / timed[name].seconds if name in timed else None

    return Ceilings(
        product / timed["linear"].seconds,
        attention / timed["attention"].seconds,
        rate("linear_fp8", product),
        rate("attention_fp8", attention),
        2.0 * heads.numel() * heads.element_size() / timed["copy"].seconds,
    )


def _fp8_attention(backend: NarrowAttention, rows: torch.Tensor) -> Callable[[], object]:
    """Attention with queries and keys already rounded to float8: in a pass, other kernels do that before."""
    query, key, value = rows
    queries, keys = narrow(query, rotates=True, centres=False), narrow(key, rotates=True, centres=True)
    return lambda: backend.mix(queries, keys, value, value.dtype)


def _fp8_product(x: torch.Tensor, weight: torch.Tensor) -> Callable[[], object]:
    x8, weight8 = x.to(torch.float8_e4m3fn), weight.to(torch.float8_e4m3fn).t()
    rows, columns = x.new_ones((len(x), 1), dtype=torch.float32), x.new_ones((1, len(weight)), dtype=torch.float32)
    product = torch._scaled_mm  # pyright: ignore[reportPrivateUsage] (no public name)
    return lambda: product(x8, weight8, rows, columns, out_dtype=torch.bfloat16, use_fast_accum=True)
