"""How far a backend is from textbook attention, on random numbers: what it is tried on before it is trusted."""

import math
from collections.abc import Callable
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
"""The last blocks of tokens are not full. Heads are the published models'; backends that also take smaller ones are
tested with those on GPUs, but not before each use."""
_EPS = 1e-6


@torch.no_grad()
def wrong_by(attend: Callable[[Tensor, Tensor, Tensor], Tensor], device: torch.device, sharpness: float = 1.0) -> float:
    """Relative error against float32.

    Args:
        attend: the backend; arguments and result as of `Attention`, in bfloat16.
        device: where.
        sharpness: keys are multiplied with it: with large ones every query attends to few.
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
    """Relative error of norming, turning and attending in one go, against each for itself in float32.

    Args:
        attend: arguments and result as of `FusedAttention.from_projections`; the former in bfloat16.
        device: where.
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


def doubt(wrong: Callable[[], float], tolerance: float, failures: tuple[type[Exception], ...] = ()) -> str:
    """Why a backend is not to be trusted; empty where it is near float32.

    Args:
        wrong: tries it, and gives its relative error.
        tolerance: less than this is granted.
        failures: what it may raise besides what any package, compiler or driver does.

    What says that memory ran out is raised: it is no reason, and must not be remembered as one.
    """
    try:
        found = wrong()
    except (*_FAILURES, *_of_triton(), *failures) as error:
        if is_shortage(error):
            raise
        return f"{type(error).__name__}: {error}"[:200]
    return "" if found < tolerance else f"it is {found:.1%} away from float32"


def require(name: str, reason: str) -> None:
    """Raises NotAvailable where there is a reason why the backend of that name is not to be used."""
    if reason:
        raise NotAvailable(f"Attention {name} does not work here: {reason}; choose auto or sdpa.")


def apart(got: Tensor, wanted: Tensor) -> float:
    """Relative error of a tensor."""
    error = float((got.float() - wanted).norm() / wanted.norm())
    return math.inf if math.isnan(error) else error  # the worst of several is looked for, and nothing is worse


_FAILURES = (RuntimeError, TypeError, ValueError, AssertionError, AttributeError, ImportError, OSError, SubprocessError)
"""A driver's or compiler's, a release's whose functions are not those we know, and a package's that is not whole."""


def _of_triton() -> tuple[type[Exception], ...]:
    """What cannot be compiled, or takes more of a GPU than it has."""
    try:
        from triton import TritonError
    except ImportError:
        return ()
    return (TritonError,)
