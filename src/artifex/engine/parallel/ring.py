"""Ring attention (arXiv:2310.01889): keys and values go round a ring of processes, whose queries stay where they are.

torch's own (`torch.distributed.tensor.experimental.context_parallel`) needs equally many tokens in every process, and
computes with torch's kernels only; here numbers of tokens may differ without padding, and every `PartialAttention`
works.
"""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor
from torch import distributed as dist

from artifex.engine.attention import Attention
from artifex.engine.attention.parts import JoinedParts, attend_to_some
from artifex.engine.parallel.links import Group

Receive = Callable[[], Tensor]
"""Waits for the tensor that is being received, and returns it."""


@dataclass(frozen=True, slots=True)
class Ring:
    """Some processes of a group, each with queries, keys and values of the same heads for its own tokens."""

    group: Group
    members: tuple[int, ...]
    """Their places in the group, in order."""
    lengths: tuple[int, ...]
    """Number of tokens of each."""

    def attend(self, attention: Attention, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """Attend from this process's queries to all keys; tensors are [batch, heads, tokens of this process, head_dim].

        The next keys and values are transferred while the present ones are attended to. Results are merged in float32.
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
        """Start sending what is held to the next process in the ring, and receiving what the previous one holds."""
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
    """Undo `packed`; returns views, which are not contiguous."""
    # For a single clip, strides are those of packed rows, which some cuDNN kernels require.
    clips = rows[:, 0][None] if rows.shape[1] == 1 else rows.transpose(0, 1)
    return tuple(part.transpose(1, 2) for part in clips.unbind(2))
