"""In which order a product of matrices on NVIDIA's Hopper (wgmma, of 8 bits) takes the result of one before it.

A thread holds other columns of a result than the same thread has to give for an operand (PTX ISA, sections on wgmma's
register fragments). What is summed over may come in any order, so nothing is moved between threads: a thread gives what
it holds, and the other operand's rows come in the order that follows from it. That is how FlashAttention 3 multiplies
probabilities with values (arXiv:2407.08608, section 3.3).
"""

COLUMNS_AT_ONCE = 16
"""The order is the same in every such group of columns."""


def held_by_register(register: int) -> tuple[int, int, int, int]:
    """Which of a thread's results make one register of the operand, the first in its lowest byte.

    Results lie as (2 neighbours, this row or 8 on, every 8 columns), registers of 4 neighbours as (this row or 8 on,
    these 16 columns or the next, every 32 columns).
    """
    first = 2 * (register % 2) + 8 * (register // 2 % 2) + 16 * (register // 4)
    return first, first + 1, first + 4, first + 5


def column_at(place: int) -> int:
    """Which of `COLUMNS_AT_ONCE` columns of the result is at a place of the operand."""
    return place // 2 % 2 * 8 + place // 4 * 2 + place % 2
