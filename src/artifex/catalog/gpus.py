"""How many GPUs can make one clip together, and what that is expected to bring. No torch."""

from artifex.errors import BadInput

DENOISING, DECODING = 0.9, 0.8
"""Shares of its time that each of several GPUs is expected to be of use: of two H200s, 0.95 in a pass at 720p whose
tokens they share, also where keys go round a ring or blocks are gathered, 0.89 at 480p, 1.0 in a guided step; and 0.80
of a decode. Of more GPUs it is assumed. What a machine learns of one GPU leaves clips of several out."""

LINKS = 1_000_000_000
"""Bytes of each GPU that NCCL is expected to take for its buffers, of all groups that a GPU is in."""


def speed_up(gpus: int, share: float) -> float:
    """How many times as fast as one are so many GPUs, of which each is of use for that share of its time."""
    return 1.0 if gpus == 1 else share * gpus


def counts(shares: bool, there: int) -> tuple[int, ...]:
    """How many GPUs of those there are can make a model's clips together; fewest first, one always.

    Every number can, also one that heads do not divide by; more are assumed to be quicker than fewer.

    Args:
        shares: whether several can share the model's passes at all.
        there: GPUs that this process may use.
    """
    return tuple(range(1, max(1, there if shares else 1) + 1))


def require_gpus(asked: int, shares: bool, there: int) -> None:
    """Refuse a number of GPUs that there are not, or several for a model whose passes they cannot share.

    Raises BadInput. Arguments as of `counts`.
    """
    if not 1 <= asked <= there:
        have = "no GPU" if there == 0 else "one GPU" if there == 1 else f"{there} GPUs"
        raise BadInput(f"{asked} GPUs were asked for, and this machine has {have} to use; choose another --gpus.")
    if asked not in counts(shares, there):
        raise BadInput("Clips of this model are made on one GPU; leave out --gpus.")
