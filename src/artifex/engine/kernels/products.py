"""Arithmetic on the result of a matrix product before it is written to memory."""

import torch
from torch import Tensor, nn

from artifex.engine.kernels.door import fused
from artifex.engine.kernels.eight_bits import Rows
from artifex.engine.kernels.rows import gelu

_HALVES = (torch.bfloat16, torch.float16)


def linear_gelu(layer: nn.Module, x: Rows, dtype: torch.dtype) -> Rows:
    """A linear layer followed by GELU (tanh approximation).

    In 16 bits, cuBLAS applies the GELU to its own float32 sums, which saves a pass over memory.

    Args:
        layer: with or without hooks, quantised or not.
        x: [..., in_features], as the layer takes it.
        dtype: of the result; an eight-bit one quantises it.
    """
    if not (type(layer) is nn.Linear and isinstance(x, Tensor) and _by_cublas(layer, x, dtype)):
        return gelu(layer(x), dtype)
    rows = torch._addmm_activation(  # pyright: ignore[reportPrivateUsage, reportPrivateImportUsage] (no public name)
        layer.bias, x.flatten(0, -2), layer.weight.t(), use_gelu=True
    )
    return rows.unflatten(0, x.shape[:-1])


def scaled_sums(sums: Tensor, rows: Tensor, columns: Tensor, bias: Tensor) -> Tensor:
    """Dequantise the sums of an int8 matrix product: `sums * rows * columns + bias`, computed in float32.

    Args:
        sums: int32 [rows, width].
        rows: scale of each row of the first factor, float32 [rows, 1].
        columns: scale of each row of the second factor before its transposition, float32 [width, 1].
        bias: [width].

    Returns:
        [rows, width] in the bias's dtype.
    """
    if not (fused(sums) and sums.is_contiguous()):
        return torch.addcmul(bias.float(), sums * rows, columns.t()).to(bias.dtype)
    from artifex.engine.kernels import triton_rows as triton

    out = torch.empty_like(sums, dtype=bias.dtype)
    triton.launch(triton.scale_sums, *sums.shape, sums, rows.contiguous(), columns, bias, out, sums.shape[1])
    return out


def _by_cublas(layer: nn.Linear, x: Tensor, dtype: torch.dtype) -> bool:
    """Whether cuBLAS can apply the GELU; not where forward hooks (LoRA) have to run before it."""
    hooked = bool(layer._forward_hooks or layer._forward_pre_hooks)  # pyright: ignore[reportPrivateUsage] (no public name)
    same = x.dtype == dtype == layer.weight.dtype
    return x.is_cuda and fused(x) and same and dtype in _HALVES and not hooked
