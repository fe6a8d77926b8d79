"""Consecutive items (tokens, rows) split over the processes of a group."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from torch import Tensor
from torch import distributed as dist

from artifex.engine.parallel.links import Group


def shared_out(things: int, processes: int) -> tuple[int, ...]:
    """How many of `things` items each process gets; the numbers differ by one at most."""
    return tuple(
        stop - start for start, stop in pairwise(things * place // processes for place in range(processes + 1))
    )


@dataclass(frozen=True, slots=True)
class Share:
    """Which process has which items."""

    group: Group
    lengths: tuple[int, ...]
    """Number of consecutive items of each process."""

    @property
    def mine(self) -> slice:
        """The items of this process."""
        stop = list(accumulate(self.lengths))[self.group.place]
        return slice(stop - self.lengths[self.group.place], stop)

    def gathered(self, part: Tensor) -> Tensor:
        """All-gather [batch, of this process, ...] -> [batch, of all, ...]; an item may be several places of axis 1."""
        own = part.transpose(0, 1)
        sent = own.repeat(self.group.size, *[1] * (own.dim() - 1))
        return self.exchanged(sent, [len(own)] * self.group.size, self._each(len(own))).transpose(0, 1)

    def brought(self, part: Tensor) -> Tensor | None:
        """`gathered` in the group's first process; None in the others."""
        own, first = part.transpose(0, 1).contiguous(), self.group.place == 0
        nothing = [0] * self.group.size
        received = self.exchanged(own, [len(own), *nothing[1:]], self._each(len(own)) if first else nothing)
        return received.transpose(0, 1) if first else None

    def exchanged(self, sent: Tensor, parts: Sequence[int], from_each: Sequence[int]) -> Tensor:
        """All-to-all: sends `parts` consecutive rows of `sent` to each process, and receives `from_each` of theirs."""
        received = sent.new_empty(sum(from_each), *sent.shape[1:])
        dist.all_to_all_single(received, sent, list(from_each), list(parts), group=self.group.handle)
        return received

    def _each(self, own: int) -> list[int]:
        """How many rows each process sends if this one sends `own`."""
        return [length * own // self.lengths[self.group.place] for length in self.lengths]
