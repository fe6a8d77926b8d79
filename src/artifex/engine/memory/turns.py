"""Which blocks have a place of their own on the device, and which take turns; in host memory, how many are passing."""

RING = 2
"""Number of places used in turns: one is computed with while the other is filled."""

PASSING = 3
"""Blocks in host memory if none is kept there: one being read, one waiting, one being copied."""


def places(blocks: int, resident: int) -> list[int]:
    """The place of each block, numbered from 0.

    Blocks without a place of their own are spread evenly, so that each copy overlaps with the computation of several
    blocks; the first and the last block keep their own where possible.

    Args:
        blocks: number of blocks.
        resident: how many have a place of their own.
    """
    turning = _turning(blocks, max(0, resident))
    own = iter(range(blocks - len(turning)))
    ring = {block: blocks - len(turning) + turn % RING for turn, block in enumerate(sorted(turning))}
    return [ring[block] if block in ring else next(own) for block in range(blocks)]


def _turning(blocks: int, resident: int) -> set[int]:
    count = blocks - resident
    if count <= RING:
        return set()
    inner = range(1, blocks - 1) if count <= blocks - 2 else range(blocks)
    return {inner[(2 * turn + 1) * len(inner) // (2 * count)] for turn in range(count)}
