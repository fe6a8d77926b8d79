"""Self-test of attention backends before use: their error against textbook attention on random numbers."""

import math
import sys
from collections.abc import Callable
from contextlib import suppress
from subprocess import SubprocessError

import torch
from torch import Tensor

from artifex.engine.attention.sdpa import sdpa_attention
from artifex.engine.kernels.door import computing_with
from artifex.engine.kernels.eight_bits import EightBits, Rows
from artifex.engine.kernels.heads import Projected
from artifex.engine.kernels.rows import rotated_norm
from artifex.engine.memory.shortage import is_shortage
from artifex.errors import NotAvailable

_TOKENS, _HEADS, _HEAD_DIM = 2100, 2, 128
"""Not a multiple of any kernel's block of tokens. The head size is that of the published models; the smaller ones that
some backends also take are covered by the GPU tests, not by this self-test."""
_EPS = 1e-6


@torch.no_grad()
def wrong_by(attend: Callable[[Tensor, Tensor, Tensor], Tensor], device: torch.device, sharpness: float = 1.0) -> float:
    """Relative error of a backend against attention in float32.

    Args:
        attend: the backend; arguments and result as for `Attention`, in bfloat16.
        device: where to run it.
        sharpness: factor on the keys; with a large one, every query attends to few of them.
    """
    generator = torch.Generator().manual_seed(0)
    query, key, value = torch.randn((3, 1, _HEADS, _TOKENS, _HEAD_DIM), generator=generator).to(device, torch.bfloat16)
    got = attend(query, key * sharpness, value)
    return apart(got, sdpa_attention(query.float(), key.float() * sharpness, value.float()))


@torch.no_grad()
def projections_wrong_by(
    attend: Callable[[Projected, Projected, Tensor, int, Tensor, torch.dtype], Rows],
    device: torch.device,
    dtype: torch.dtype,
) -> float:
    """Relative error of fused RMS norm, rotary embedding and attention, against separate steps in float32.

    Args:
        attend: arguments and result as for `FusedAttention.from_projections`, with inputs in bfloat16.
        device: where to run it.
        dtype: of the result.
    """
    generator = torch.Generator().manual_seed(0)
    width = _HEADS * _HEAD_DIM
    query, key, value = torch.randn((3, 1, _TOKENS, width), generator=generator).to(device, torch.bfloat16)
    weight = (1 + torch.rand(width, generator=generator)).to(device, torch.bfloat16)
    angles = torch.randn((_TOKENS, _HEAD_DIM // 2), generator=generator).to(device)
    table = torch.stack((angles.cos(), angles.sin()), dim=-1)
    rows = attend(Projected(query, weight, _EPS), Projected(key, weight, _EPS), value, _HEADS, table, dtype)
    got = rows.widened(torch.float32) if isinstance(rows, EightBits) else rows
    with computing_with("eager"):
        turned, against = (rotated_norm(each.float(), weight, _EPS, _HEADS, table) for each in (query, key))
    heads = (turned, against, value.float().unflatten(2, (_HEADS, -1)))
    wanted = sdpa_attention(*(each.transpose(1, 2) for each in heads))
    return apart(got, wanted.transpose(1, 2).flatten(2))


def doubt(wrong: Callable[[], float], tolerance: float, others: tuple[type[Exception], ...] = ()) -> str:
    """Why a backend must not be used; empty if its error is below the tolerance.

    Args:
        wrong: runs the backend and returns its relative error.
        tolerance: upper limit of the error.
        others: exceptions that count as failure, besides `failures`.

    Out-of-memory errors are raised: they say nothing about the backend, and callers cache the answer.
    """
    try:
        found = wrong()
    except (*failures(), *others) as error:
        if is_shortage(error):
            raise
        return f"{type(error).__name__}: {error}"[:200]
    return "" if found < tolerance else f"it is {found:.1%} away from float32"


def require(name: str, reason: str) -> None:
    """Raise NotAvailable for the backend called `name`, unless `reason` is empty."""
    if reason:
        raise NotAvailable(f"Attention {name} does not work here: {reason}; choose auto or sdpa.")


def apart(got: Tensor, wanted: Tensor) -> float:
    """Relative error of a tensor, in the Euclidean norm."""
    error = float((got.float() - wanted).norm() / wanted.norm())
    return math.inf if math.isnan(error) else error  # callers take the maximum of several, which could miss NaN


_FAILURES = (RuntimeError, TypeError, ValueError, AssertionError, AttributeError, ImportError, OSError, SubprocessError)
"""Raised by drivers and compilers, by releases with other functions than we know, and by incomplete packages."""


def failures() -> tuple[type[Exception], ...]:
    """Exceptions that a package, compiler or driver may raise when a backend does not work."""
    found: list[type[Exception]] = [*_FAILURES]
    with suppress(ImportError):  # what Triton cannot compile, or takes more of a GPU than it has
        from triton import TritonError

        found.append(TritonError)
    # FlashAttention 4's compiler, which takes seconds to import.
    of_cutlass = getattr(sys.modules.get("cutlass.base_dsl.common"), "DSLBaseError", None)
    return tuple(found) if of_cutlass is None else (*found, of_cutlass)
