"""Arithmetic of tokens, row by row, between the matrix products of a transformer's block."""

import torch
from torch import Tensor
from torch.nn import functional as F

from artifex.engine.kernels.door import fused


def modulated_norm(x: Tensor, scale: Tensor, shift: Tensor, eps: float, dtype: torch.dtype = torch.float32) -> Tensor:
    """`layer_norm(x) * (1 + scale) + shift`, computed in float32.

    Args:
        x: [batch, tokens, dim].
        scale: [batch, groups, dim]; every group is an equal run of consecutive tokens.
        shift: [batch, groups, dim].
        eps: of the normalisation.
        dtype: of the result.
    """
    if fused(x) and _in_rows(x) and _evenly_spaced(x, scale, shift):
        return _fused_norm(x, scale, shift, eps, dtype, plus=1.0)
    groups = scale.shape[1]
    normalised = F.layer_norm(x, (x.shape[-1],), eps=eps).unflatten(1, (groups, -1))
    return torch.addcmul(shift[:, :, None], normalised, 1 + scale[:, :, None]).flatten(1, 2).to(dtype)


def affine_norm(x: Tensor, weight: Tensor, bias: Tensor, eps: float, dtype: torch.dtype) -> Tensor:
    """Layer norm over the last axis with a weight and a bias [dim], computed in float32; gives `dtype`."""
    if fused(x) and _in_rows(x):
        return _fused_norm(x, weight[None, None], bias[None, None], eps, dtype, plus=0.0)
    return F.layer_norm(x, weight.shape, weight.float(), bias.float(), eps).to(dtype)


def rotated_norm(x: Tensor, weight: Tensor, eps: float, heads: int, table: Tensor | None = None) -> Tensor:
    """RMS norm over the whole width in float32, then rotary positions head by head.

    Args:
        x: [batch, tokens, heads * head_dim].
        weight: [heads * head_dim].
        eps: of the normalisation.
        heads: how many there are.
        table: cosines and sines, float32 [tokens, head_dim // 2, 2], as `rotate` takes them; None turns nothing.

    Returns:
        [batch, tokens, heads, head_dim] in x's dtype.
    """
    if not (fused(x) and _in_rows(x)):
        normed = F.rms_norm(x.float(), weight.shape, weight.float(), eps).unflatten(2, (heads, -1))
        return (normed if table is None else rotate(normed, table)).to(x.dtype)
    from artifex.engine.kernels import triton_rows as triton

    (batch, tokens, width), out = x.shape, torch.empty_like(x)
    angles = weight if table is None else table.contiguous()
    constants = {"rotates": table is not None, "half": width // heads // 2}
    triton.launch(triton.rotated_norm, batch * tokens, width, x, weight, angles, out, width, tokens, eps, **constants)
    return out.unflatten(2, (heads, -1))


def rotate(x: Tensor, table: Tensor) -> Tensor:
    """Turn neighbouring pairs of each head by their token's angles (RoFormer, arXiv:2104.09864).

    Args:
        x: [batch, tokens, heads, head_dim].
        table: cosine and sine of each pair's angle, [tokens, head_dim // 2, 2].

    Returns:
        Same shape, float32.
    """
    cosine, sine = table[:, None].unbind(-1)
    even, odd = x.float().unflatten(-1, (-1, 2)).unbind(-1)
    return torch.stack((even * cosine - odd * sine, even * sine + odd * cosine), dim=-1).flatten(-2)


def gated_add(x: Tensor, update: Tensor, gate: Tensor) -> Tensor:
    """`x + update * gate` in float32; `gate` is [batch, groups, dim] as in `modulated_norm`.

    In place, on `x`, where no gradient is asked for.
    """
    if fused(x) and _in_rows(x) and update.is_contiguous() and _evenly_spaced(x, gate):
        from artifex.engine.kernels import triton_rows as triton

        batch, tokens, width = x.shape
        per_group = tokens // gate.shape[1]
        triton.launch(triton.gated_add, batch * tokens, width, x, update, gate, width, per_group, gate.stride(1))
        return x
    grouped = x.unflatten(1, (gate.shape[1], -1))
    update = update.float().view(grouped.shape)
    if torch.is_grad_enabled():
        return torch.addcmul(grouped, update, gate[:, :, None]).flatten(1, 2)
    grouped.addcmul_(update, gate[:, :, None])
    return x


def _fused_norm(x: Tensor, factor: Tensor, offset: Tensor, eps: float, dtype: torch.dtype, *, plus: float) -> Tensor:
    from artifex.engine.kernels import triton_rows as triton

    (batch, tokens, width), out = x.shape, torch.empty_like(x, dtype=dtype)
    per_group = tokens // factor.shape[1] if factor.shape[1] > 1 or batch == factor.shape[0] else batch * tokens
    triton.launch(
        triton.norm, batch * tokens, width, x, factor, offset, out, width, per_group, factor.stride(1), eps, plus=plus
    )
    return out


def _in_rows(x: Tensor) -> bool:
    return x.is_contiguous()


def _evenly_spaced(x: Tensor, *groups: Tensor) -> bool:
    """Whether the groups [batch, groups, dim] of all clips follow one another at one distance, the same for each."""
    first = groups[0]
    batch, count, _ = first.shape
    alike = batch == len(x) and all(each.stride() == first.stride() for each in groups)
    return alike and first.stride(2) == 1 and (batch == 1 or first.stride(0) == count * first.stride(1))
