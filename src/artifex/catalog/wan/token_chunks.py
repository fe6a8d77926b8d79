"""Splits a clip's tokens into chunks, so that per-token activations need not be held for all at once."""

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import torch
from torch import Tensor

Runs = tuple[int, ...] | None
"""Number of consecutive tokens that share each row of modulation; None when all rows have equally many."""


class TokenChunk(NamedTuple):
    """Consecutive tokens and their rows of modulation, with equally many tokens per row."""

    tokens: slice
    rows: slice


def token_chunks(tokens: int, groups: int, runs: Runs, most: int | None) -> list[TokenChunk]:
    """Split a clip's tokens, in order.

    Args:
        tokens: how many there are.
        groups: rows of modulation.
        runs: tokens of each row, where they differ.
        most: tokens in a chunk; None for as few chunks as `runs` allows.
    """
    if runs is not None:
        ends = list(accumulate(runs))
        return [
            TokenChunk(part, slice(row, row + 1))
            for row, end in enumerate(ends)
            for part in _even(end - runs[row], end, most)
        ]
    length = tokens // groups
    if most is None or length >= most:
        rows = [slice(0, groups)] if most is None else [slice(row, row + 1) for row in range(groups)]
    else:
        rows = list(_even(0, groups, max(1, most // length)))
    return [
        TokenChunk(part, span)
        for span in rows
        for part in _even(span.start * length, span.stop * length, _cut(span, most))
    ]


def rows_within(rows: Tensor, tokens: int, part: slice) -> tuple[Tensor, Runs]:
    """The rows of modulation of a part of a clip's tokens, which may begin and end within a row's tokens.

    Args:
        rows: one value for each row, [batch, rows], with equally many tokens per row.
        tokens: number of tokens of the clip.
        part: a slice of them.

    Returns:
        The rows of the part, and the number of its tokens in each; neighbours of equal value are merged.
    """
    if rows.shape[1] == 1:
        return rows, None
    length = tokens // rows.shape[1]
    first, last = part.start // length, -(-part.stop // length)
    values = list(zip(*rows[:, first:last].tolist(), strict=True))
    begins = [index for index, value in enumerate(values) if index == 0 or value != values[index - 1]]
    edges = [part.start, *(length * (first + index) for index in begins[1:]), part.stop]
    return rows[:, [first + index for index in begins]], tuple(b - a for a, b in pairwise(edges))


def gathered(chunks: Sequence[TokenChunk], compute: Callable[[TokenChunk], tuple[Tensor, ...]]) -> tuple[Tensor, ...]:
    """Join tensors [batch, tokens of the chunk, ...] that are computed chunk by chunk.

    Unless gradients are enabled, each part is written straight into the whole, so that the parts are not held besides
    it.
    """
    if len(chunks) == 1:
        return compute(chunks[0])
    if torch.is_grad_enabled():
        return tuple(torch.cat(parts, dim=1) for parts in zip(*map(compute, chunks), strict=True))
    wholes: tuple[Tensor, ...] = ()
    for chunk in chunks:
        parts = compute(chunk)
        if not wholes:
            tokens = chunks[-1].tokens.stop
            wholes = tuple(part.new_empty(part.shape[0], tokens, *part.shape[2:]) for part in parts)
        for whole, part in zip(wholes, parts, strict=True):
            whole[:, chunk.tokens] = part
    return wholes


def _cut(rows: slice, most: int | None) -> int | None:
    """Only a single row is split further; several rows together are already one chunk."""
    return most if rows.stop - rows.start == 1 else None


def _even(start: int, stop: int, most: int | None) -> Iterator[slice]:
    """Nearly equal parts, since a short last part would take as long as a full one."""
    count = 1 if most is None else -(-(stop - start) // most)
    for index in range(count):
        yield slice(start + (stop - start) * index // count, start + (stop - start) * (index + 1) // count)
