"""A pass's tokens split over several processes (sequence parallelism), each of which computes with its own tokens.

For attention they swap heads, as in Ulysses (arXiv:2309.14509): each goes from all heads of its tokens to all tokens of
its heads, in one all-to-all for queries, keys and values, and back in another. Where the number of heads is no multiple
of the processes, these swap in rows of neighbours whose size divides it, and keys and values go round a ring from row
to row (USP, arXiv:2405.07719). Nothing is padded, so attention needs no mask.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from artifex.engine.attention import Attention
from artifex.engine.parallel.links import Group
from artifex.engine.parallel.ring import Ring, unpacked
from artifex.engine.parallel.share import Share, shared_out
from artifex.errors import BadInput


@dataclass(frozen=True, slots=True)
class TokenShare(Share):
    """How the tokens of one pass are split over the processes of a group."""

    swapping: int
    """Number of neighbours that swap heads (a row); divides the group's size and the number of heads."""

    @classmethod
    def of(cls, group: Group, tokens: int, heads: int) -> "TokenShare":
        """Split so many tokens of a network with so many heads. Raises BadInput if a process would have no token."""
        if tokens < group.size:
            raise BadInput(f"{group.size} GPUs cannot share a clip of {tokens} tokens; make it larger, or on fewer.")
        return cls(group, shared_out(tokens, group.size), math.gcd(group.size, heads))

    def attend(self, attention: Attention, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """Attend from this process's tokens to those of all processes.

        Args:
            attention: the backend; it is given some of the heads, and all tokens or a row's.
            query: [batch, tokens of this process, heads, head_dim].
            key: likewise.
            value: likewise.

        Returns:
            [batch, tokens of this process, heads, head_dim].
        """
        queries, keys, values = self._to_heads(query, key, value)
        ring = self._ring()
        attend = attention if len(ring.members) == 1 else partial(ring.attend, attention)
        return self._to_tokens(attend(queries, keys, values))

    @property
    def _row(self) -> slice:
        """Places in the group of this process's row, which swaps heads."""
        first = self.group.place // self.swapping * self.swapping
        return slice(first, first + self.swapping)

    def _ring(self) -> Ring:
        """The processes that have the same heads: one of each row."""
        rows = range(0, self.group.size, self.swapping)
        members = tuple(row + self.group.place % self.swapping for row in rows)
        return Ring(self.group, members, tuple(sum(self.lengths[row : row + self.swapping]) for row in rows))

    def _to_heads(self, *tensors: Tensor) -> tuple[Tensor, ...]:
        """Each [batch, own tokens, heads, size] -> [batch, own heads, tokens of the row, size], not contiguous."""
        size, own = self.swapping, tensors[0].shape[1]
        batch, _, heads, width = tensors[0].shape
        dtype = tensors[-1].dtype
        sent = torch.empty(size, own, batch, len(tensors), heads // size, width, dtype=dtype, device=tensors[0].device)
        for index, tensor in enumerate(tensors):
            sent[:, :, :, index] = tensor.unflatten(2, (size, -1)).permute(2, 1, 0, 3, 4)
        return unpacked(self._swapped(sent.flatten(0, 1), [own] * size, self.lengths[self._row]))

    def _to_tokens(self, mixed: Tensor) -> Tensor:
        """[batch, own heads, tokens of the row, size] -> [batch, own tokens, heads, size]."""
        size, own = self.swapping, self.lengths[self.group.place]
        sent = mixed.permute(2, 0, 1, 3).contiguous()  # no copy for a single clip, in the layout that attention returns
        received = self._swapped(sent, self.lengths[self._row], [own] * size)
        return received.unflatten(0, (size, own)).permute(2, 1, 0, 3, 4).flatten(2, 3)

    def _swapped(self, sent: Tensor, parts: Sequence[int], from_each: Sequence[int]) -> Tensor:
        """`exchanged` within the row: an exchange of the whole group in which others get nothing."""
        if self.swapping == 1:
            return sent
        return self.exchanged(sent, self._of_row(parts), self._of_row(from_each))

    def _of_row(self, counts: Sequence[int]) -> list[int]:
        """Counts of the row's processes, extended to the group with zeros."""
        spread = [0] * self.group.size
        spread[self._row] = counts
        return spread
