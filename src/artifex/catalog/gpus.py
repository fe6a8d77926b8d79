"""How many GPUs can make one clip together, and the expected speed-up. No torch."""

from artifex.errors import BadInput

DENOISING, DECODING = 0.9, 0.8
"""Expected parallel efficiency. Two H200s reached 0.95 in a pass at 720p whose tokens they share, also with ring
attention or sharded blocks, 0.89 at 480p, 1.0 in a guided step; and 0.80 in a decode. For more GPUs it is assumed. The
rates learned of a single GPU leave out what several did together."""

LINKS = 1_000_000_000
"""Bytes of each GPU that NCCL is expected to take for the buffers of all its groups."""


def speed_up(gpus: int, share: float) -> float:
    """Speed of several GPUs relative to one, at a parallel efficiency of ``share``."""
    return 1.0 if gpus == 1 else share * gpus


def counts(shares: bool, there: int) -> tuple[int, ...]:
    """Numbers of GPUs that can make a model's clips together; fewest first, always including one.

    Any number works, also one that does not divide the heads; more are assumed to be quicker.

    Args:
        shares: whether several can share the model's passes at all.
        there: GPUs that this process may use.
    """
    return tuple(range(1, max(1, there if shares else 1) + 1))


def require_gpus(asked: int, shares: bool, there: int) -> None:
    """Refuse a number of GPUs that is not available, or several for a model whose passes cannot be shared.

    Raises BadInput. Arguments as of `counts`.
    """
    if not 1 <= asked <= there:
        have = "no GPU" if there == 0 else "one GPU" if there == 1 else f"{there} GPUs"
        raise BadInput(f"{asked} GPUs were asked for, and this machine has {have} to use; choose another --gpus.")
    if asked not in counts(shares, there):
        raise BadInput("Clips of this model are made on one GPU; leave out --gpus.")
