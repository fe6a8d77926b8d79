"""Ring attention (arXiv:2310.01889): keys and values go round a ring of processes, whose queries stay where they are.

torch's own (`torch.distributed.tensor.experimental.context_parallel`) wants every process to have as many tokens as
the next, and computes with torch's kernels only; ours differ by one and are not padded, and any backend is welcome that
tells its sums.
"""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor
from torch import distributed as dist

from artifex.engine.attention import Attention
from artifex.engine.attention.parts import JoinedParts, attend_to_some
from artifex.engine.parallel.links import Group

Receive = Callable[[], Tensor]
"""Waits for what was sent here."""


@dataclass(frozen=True, slots=True)
class Ring:
    """Some processes of a group, each of which has queries, keys and values of some tokens, of the same heads."""

    group: Group
    members: tuple[int, ...]
    """Their places in the group, in order."""
    lengths: tuple[int, ...]
    """Tokens of each."""

    def attend(self, attention: Attention, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """Let this process's queries attend to everybody's keys; all [batch, heads, tokens of this process, head_dim].

        The next keys and values are on their way while those at hand are attended to. Results are summed in float32.
        """
        own = self.members.index(self.group.place)
        held, joined = packed(key, value), None
        for step in range(1, len(self.members) + 1):
            receive = self._passed_on(held, own, step) if step < len(self.members) else None
            part = attend_to_some(attention, query, *unpacked(held))
            if joined is None:
                joined = JoinedParts(*part)
            else:
                joined.add(*part)
            held = held if receive is None else receive()
        assert joined is not None
        return joined.mixed

    def _passed_on(self, held: Tensor, own: int, step: int) -> Receive:
        """Begin to send what is held to the next in the ring, and to receive what the one before has."""
        count, ranks, handle = len(self.members), self.group.ranks, self.group.handle
        coming = held.new_empty(self.lengths[(own - step) % count], *held.shape[1:])
        after, before = (ranks[self.members[(own + way) % count]] for way in (1, -1))
        works = dist.batch_isend_irecv(
            [dist.P2POp(dist.isend, held, after, handle), dist.P2POp(dist.irecv, coming, before, handle)]
        )

        def receive() -> Tensor:
            for work in works:
                work.wait()
            return coming

        return receive


def packed(*tensors: Tensor) -> Tensor:
    """Each [batch, heads, tokens, size] -> [tokens, batch, tensors, heads, size], contiguous."""
    first = tensors[0]
    batch, heads, tokens, size = first.shape
    rows = first.new_empty(tokens, batch, len(tensors), heads, size)
    for index, tensor in enumerate(tensors):
        rows[:, :, index] = tensor.permute(2, 0, 1, 3)
    return rows


def unpacked(rows: Tensor) -> tuple[Tensor, ...]:
    """What was packed, not contiguous."""
    # Of a single clip, strides are those of packed rows, which cuDNN's kernels may look for.
    clips = rows[:, 0][None] if rows.shape[1] == 1 else rows.transpose(0, 1)
    return tuple(part.transpose(1, 2) for part in clips.unbind(2))
