"""How far a clip that was decoded in strips lies from one that was not, where strips meet and elsewhere."""

import torch
from torch import Tensor

from artifex.engine.parallel.share import shared_out

REACH = 2
"""Rows on either side of where two strips meet that count as the seam."""
_ALLOWED, _NOTHING = 2.0, 1e-5
"""Times as far as other rows a seam may lie from what one process decodes; and a distance that nobody could see."""


def seams(shared: Tensor, alone: Tensor, rows: int, strips: int) -> tuple[float, float]:
    """Mean distance at the seams, and in all other rows.

    Args:
        shared: [1, 3, frames, height, width], decoded by so many processes.
        alone: the same clip, decoded by one.
        rows: of latents, which strips share out.
        strips: how many there are.
    """
    apart = (shared - alone).abs().mean(dim=(0, 1, 2, 4))
    ends = torch.tensor(shared_out(rows, strips)).cumsum(0)[:-1] * (len(apart) // rows)
    at_seam = torch.zeros_like(apart, dtype=torch.bool)
    for end in ends.tolist():
        at_seam[end - REACH : end + REACH] = True
    return float(apart[at_seam].mean()), float(apart[~at_seam].mean())


def seamless(at_seams: float, elsewhere: float) -> bool:
    """The gate: whether what was decoded in strips differs where they meet no more than anywhere."""
    return at_seams <= _ALLOWED * elsewhere + _NOTHING
