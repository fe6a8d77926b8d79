"""Things that lie one after the other, some of them in each process of a group."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from torch import Tensor
from torch import distributed as dist

from artifex.engine.parallel.links import Group


def shared_out(things: int, processes: int) -> tuple[int, ...]:
    """How many of so many things each process has; they differ by one at most."""
    return tuple(
        stop - start for start, stop in pairwise(things * place // processes for place in range(processes + 1))
    )


@dataclass(frozen=True, slots=True)
class Share:
    """Who has which of them."""

    group: Group
    lengths: tuple[int, ...]
    """Consecutive things of each process."""

    @property
    def mine(self) -> slice:
        """Those of this process."""
        stop = list(accumulate(self.lengths))[self.group.place]
        return slice(stop - self.lengths[self.group.place], stop)

    def gathered(self, part: Tensor) -> Tensor:
        """[batch, of this process, ...] -> [batch, of all, ...], everywhere; of each thing there may be several."""
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
        """What the others have for this process, in their order: rows of `sent`, which is cut in `parts` for them."""
        received = sent.new_empty(sum(from_each), *sent.shape[1:])
        dist.all_to_all_single(received, sent, list(from_each), list(parts), group=self.group.handle)
        return received

    def _each(self, own: int) -> list[int]:
        """How many each process sends where this one sends so many."""
        return [length * own // self.lengths[self.group.place] for length in self.lengths]
