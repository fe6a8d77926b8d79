"""How many GPUs can make one clip together, and what that is expected to bring. No torch."""

from artifex.errors import BadInput

EXPECTED = 0.9
"""Share of its time that each of several GPUs is expected to be of use while a clip is denoised: of two H200s, 0.89 in
a pass whose tokens they share, 0.99 in a guided step. Of more it is assumed, also where keys go round a ring or blocks
are gathered, for both are on their way while something else is computed; and of any number that decode together, which
exchange little. What a machine learns of one GPU leaves clips of several out."""

LINKS = 1_000_000_000
"""Bytes of each GPU that NCCL is expected to take for its buffers, of all groups that a GPU is in."""


def speed_up(gpus: int) -> float:
    """How many times as fast as one so many GPUs are expected to denoise and to decode."""
    return 1.0 if gpus == 1 else EXPECTED * gpus


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
