"""In which order a matrix product on NVIDIA's Hopper (8-bit wgmma) takes the result of another one as its operand.

A thread holds other columns of a result than it has to supply of an operand (PTX ISA, sections on wgmma's register
fragments). A sum may be taken in any order, so nothing is moved between threads: a thread supplies the columns it
holds, and the rows of the other operand are permuted to match. That is how FlashAttention 3 multiplies probabilities
with values (arXiv:2407.08608, section 3.3).
"""

COLUMNS_AT_ONCE = 16
"""The permutation is the same in every such group of columns."""


def held_by_register(register: int) -> tuple[int, int, int, int]:
    """Indices of a thread's results that make up one register of the operand, the first in its lowest byte.

    Results are indexed as (2 neighbours, this row or the 8th after, every 8 columns), registers of 4 neighbours as
    (this row or the 8th after, these 16 columns or the next, every 32 columns).
    """
    first = 2 * (register % 2) + 8 * (register // 2 % 2) + 16 * (register // 4)
    return first, first + 1, first + 4, first + 5


def column_at(place: int) -> int:
    """Which of `COLUMNS_AT_ONCE` columns of the result is at position `place` of the operand."""
    return place // 2 % 2 * 8 + place // 4 * 2 + place % 2
