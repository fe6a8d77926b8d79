"""How many GPUs can make one clip together, and what that is expected to bring. No torch."""

from artifex.errors import BadInput

EXPECTED = 0.9
"""Share of its time that each of several GPUs is expected to be of use while a clip is denoised: of two H200s, 0.89 in
a pass whose tokens they share, 0.99 in a guided step. What a machine learns of one GPU leaves clips of several out."""

LINKS = 1_000_000_000
"""Bytes of each GPU that NCCL is expected to take for its buffers."""


def speed_up(gpus: int) -> float:
    """How many times as fast as one so many GPUs are expected to denoise."""
    return 1.0 if gpus == 1 else EXPECTED * gpus


def counts(heads: int, there: int) -> tuple[int, ...]:
    """How many GPUs of those there are can share a network's heads equally; fewest first, one always."""
    return tuple(count for count in range(1, max(1, there) + 1) if heads % count == 0)


def require_gpus(asked: int, heads: int, there: int) -> None:
    """Refuse a number of GPUs that there are not, or that cannot share a clip. Raises BadInput.

    Args:
        asked: how many are to make a clip.
        heads: that can be shared out.
        there: GPUs that this process may use.
    """
    if not 1 <= asked <= there:
        have = "no GPU" if there == 0 else "one GPU" if there == 1 else f"{there} GPUs"
        raise BadInput(f"{asked} GPUs were asked for, and this machine has {have} to use; choose another --gpus.")
    if asked not in counts(heads, there):
        fitting = ", ".join(map(str, counts(heads, there)))
        raise BadInput(f"{asked} GPUs cannot share this model's work equally; choose --gpus from {fitting}.")
