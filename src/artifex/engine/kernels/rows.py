"""Row-wise arithmetic on tokens between the matrix products of a transformer block."""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from artifex.engine.kernels.door import fused
from artifex.engine.kernels.eight_bits import LARGEST, EightBits, Rows, as_rows, empty_rows


class Modulation(NamedTuple):
    """`layer_norm(x) * (1 + scale) + shift`, computed in float32."""

    scale: Tensor
    """[batch, groups, dim]; groups are equally long runs of consecutive tokens."""
    shift: Tensor
    """[batch, groups, dim]"""
    eps: float

    def plain(self, x: Tensor) -> Tensor:
        """[batch, tokens, dim] -> the same in float32, by torch."""
        normalised = F.layer_norm(x, (x.shape[-1],), eps=self.eps).unflatten(1, (self.scale.shape[1], -1))
        return torch.addcmul(self.shift[:, :, None], normalised, 1 + self.scale[:, :, None]).flatten(1, 2)

    def fits(self, x: Tensor) -> bool:
        """Whether fused kernels can address its tensors."""
        return _evenly_spaced(x, self.scale, self.shift)


class Affine(NamedTuple):
    """`layer_norm(x) * weight + bias`, computed in float32."""

    weight: Tensor
    """[dim]"""
    bias: Tensor
    """[dim]"""
    eps: float

    def plain(self, x: Tensor) -> Tensor:
        """[batch, tokens, dim] -> the same in float32, by torch."""
        return F.layer_norm(x, self.weight.shape, self.weight.float(), self.bias.float(), self.eps)

    def fits(self, x: Tensor) -> bool:
        """Always: its tensors are the same for every row."""
        return True


Norm = Modulation | Affine


def normed(x: Tensor, norm: Norm, dtype: torch.dtype) -> Rows:
    """Layer norm over the last axis.

    Args:
        x: [batch, tokens, dim].
        norm: scale and shift of the norm.
        dtype: of the result; an eight-bit one quantises it, with a scale per row.
    """
    if fused(x) and x.is_contiguous() and norm.fits(x):
        return _fused_norm(x, None, None, norm, dtype)
    return as_rows(norm.plain(x), dtype)


def modulated_norm(x: Tensor, scale: Tensor, shift: Tensor, eps: float) -> Tensor:
    """`normed` by a `Modulation`, in float32."""
    rows = normed(x, Modulation(scale, shift, eps), torch.float32)
    assert isinstance(rows, Tensor)
    return rows


def joined(x: Tensor, update: Tensor, gate: Tensor | None = None) -> Tensor:
    """`x + update * gate` in float32, the residual connection; in place on `x` unless gradients are enabled.

    Args:
        x: [batch, tokens, dim], float32.
        update: [batch, tokens, dim].
        gate: [batch, groups, dim], float32, as in `Modulation`; None for ones.
    """
    if fused(x) and _joinable(x, update, gate):
        from artifex.engine.kernels import triton_rows as triton

        batch, tokens, width = x.shape
        triton.launch(triton.join, batch * tokens, width, x, update, *_gate(x, gate), width, gates=gate is not None)
        return x
    if gate is None:
        return x + update.float() if torch.is_grad_enabled() else x.add_(update)
    grouped = x.unflatten(1, (gate.shape[1], -1))
    update = update.float().view(grouped.shape)
    if torch.is_grad_enabled():
        return torch.addcmul(grouped, update, gate[:, :, None]).flatten(1, 2)
    grouped.addcmul_(update, gate[:, :, None])
    return x


def joined_and_normed(
    x: Tensor, update: Tensor, gate: Tensor | None, norm: Norm, dtype: torch.dtype
) -> tuple[Tensor, Rows]:
    """The results of `joined`, and of `normed` on it; fused, the residual stream is read and written once for both."""
    if fused(x) and _joinable(x, update, gate) and norm.fits(x):
        return x, _fused_norm(x, update, gate, norm, dtype)
    x = joined(x, update, gate)
    return x, normed(x, norm, dtype)


def gelu(x: Tensor, dtype: torch.dtype) -> Rows:
    """GELU, tanh approximation (arXiv:1606.08415); `dtype` is the result's, and may be one of eight bits."""
    if dtype in LARGEST and fused(x) and x.is_contiguous():
        from artifex.engine.kernels import triton_rows as triton

        values, scales = empty_rows(x, dtype)
        triton.launch(triton.gelu, scales.numel(), x.shape[-1], x, values, scales, x.shape[-1], largest=LARGEST[dtype])
        return EightBits(values, scales)
    return as_rows(F.gelu(x, approximate="tanh"), dtype)


def rotated_norm(x: Tensor, weight: Tensor, eps: float, heads: int, table: Tensor | None = None) -> Tensor:
    """RMS norm over the whole width in float32, then rotary embedding head by head.

    Args:
        x: [batch, tokens, heads * head_dim].
        weight: [heads * head_dim].
        eps: of the normalisation.
        heads: number of heads.
        table: cosines and sines, float32 [tokens, head_dim // 2, 2], as for `rotate`; None applies no rotation.

    Returns:
        [batch, tokens, heads, head_dim] in x's dtype.
    """
    if not (fused(x) and x.is_contiguous()):
        normalised = F.rms_norm(x.float(), weight.shape, weight.float(), eps).unflatten(2, (heads, -1))
        return (normalised if table is None else rotate(normalised, table)).to(x.dtype)
    from artifex.engine.kernels import triton_rows as triton

    (batch, tokens, width), out = x.shape, torch.empty_like(x)
    angles = weight if table is None else table.contiguous()
    constants = {"rotates": table is not None, "half": width // heads // 2}
    triton.launch_in_two(
        triton.rotated_norm, batch * tokens, width, x, weight, angles, out, width, tokens, eps, **constants
    )
    return out.unflatten(2, (heads, -1))


def rotate(x: Tensor, table: Tensor) -> Tensor:
    """Rotary embedding: rotate neighbouring pairs of each head by their token's angles (RoFormer, arXiv:2104.09864).

    Args:
        x: [batch, tokens, heads, head_dim].
        table: cosine and sine of each pair's angle, [tokens, head_dim // 2, 2].

    Returns:
        Same shape, float32.
    """
    cosine, sine = table[:, None].unbind(-1)
    even, odd = x.float().unflatten(-1, (-1, 2)).unbind(-1)
    return torch.stack((even * cosine - odd * sine, even * sine + odd * cosine), dim=-1).flatten(-2)


def _fused_norm(x: Tensor, update: Tensor | None, gate: Tensor | None, norm: Norm, dtype: torch.dtype) -> Rows:
    from artifex.engine.kernels import triton_rows as triton

    (batch, tokens, width), (values, scales) = x.shape, empty_rows(x, dtype)
    if isinstance(norm, Affine):
        factor, offset, per_group, stride, plus = norm.weight, norm.bias, batch * tokens, 0, 0.0
    else:
        factor, offset, plus = norm.scale, norm.shift, 1.0
        per_group, stride = tokens // factor.shape[1], factor.stride(1)
    triton.launch_in_two(
        triton.norm,
        batch * tokens,
        width,
        x,
        x if update is None else update,
        *_gate(x, gate),
        factor,
        offset,
        per_group,
        stride,
        values,
        scales,
        width,
        norm.eps,
        joins=update is not None,
        gates=gate is not None,
        plus=plus,
        largest=LARGEST.get(dtype, 0.0),
    )
    return EightBits(values, scales) if dtype in LARGEST else values


def _gate(x: Tensor, gate: Tensor | None) -> tuple[Tensor, int, int]:
    """A gate as kernels take it: the tensor, tokens per group, and the stride between groups."""
    return (x, 1, 0) if gate is None else (gate, x.shape[1] // gate.shape[1], gate.stride(1))


def _joinable(x: Tensor, update: Tensor, gate: Tensor | None) -> bool:
    return x.is_contiguous() and update.is_contiguous() and (gate is None or _evenly_spaced(x, gate))


def _evenly_spaced(x: Tensor, *groups: Tensor) -> bool:
    """Whether all tensors [batch, groups, dim] have equal strides, and groups of all clips are one stride apart."""
    first = groups[0]
    batch, count, _ = first.shape
    alike = batch == len(x) and all(each.stride() == first.stride() for each in groups)
    return alike and first.stride(2) == 1 and (batch == 1 or first.stride(0) == count * first.stride(1))
