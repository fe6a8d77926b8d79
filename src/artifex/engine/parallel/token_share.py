"""Ulysses' sequence parallelism (arXiv:2309.14509): each process has some of a clip's tokens, and some heads of all.

What tokens do for themselves, each process does for its own. For attention they swap: from all heads of its tokens to
all tokens of its heads, in one exchange for queries, keys and values, and back in another. Nothing is padded, so no
token is ever attended to that is not there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import torch
from torch import Tensor
from torch import distributed as dist

from artifex.engine.attention import Attention
from artifex.engine.parallel.links import Group


@dataclass(frozen=True, slots=True)
class TokenShare:
    """How the tokens of one pass lie in the processes of a group."""

    group: Group
    lengths: tuple[int, ...]
    """Consecutive tokens of each process; they differ by one at most."""

    @classmethod
    def of(cls, group: Group, tokens: int) -> "TokenShare":
        """Share out so many tokens, of which there are at least as many as processes."""
        ends = [tokens * (place + 1) // group.size for place in range(group.size)]
        return cls(group, tuple(end - start for start, end in zip([0, *ends], ends, strict=False)))

    @property
    def mine(self) -> slice:
        """The tokens of this process."""
        stop = list(accumulate(self.lengths))[self.group.place]
        return slice(stop - self.lengths[self.group.place], stop)

    def attend(self, attention: Attention, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """Let this process's tokens attend to everybody's.

        Args:
            attention: computes it, for some heads of all tokens.
            query: [batch, tokens of this process, heads, head_dim]; heads divide by the processes.
            key: likewise.
            value: likewise.

        Returns:
            [batch, tokens of this process, heads, head_dim].
        """
        queries, keys, values = self._to_heads(query, key, value)
        return self._to_tokens(attention(queries, keys, values))

    def gathered(self, part: Tensor) -> Tensor:
        """[batch, tokens of this process, ...] -> [batch, all tokens, ...], everywhere."""
        own = part.transpose(0, 1)
        sent = own.expand(self.group.size, *own.shape).flatten(0, 1)
        return self._exchanged(sent, [len(own)] * self.group.size, self.lengths).transpose(0, 1)

    def _to_heads(self, *tensors: Tensor) -> tuple[Tensor, ...]:
        """Each [batch, own tokens, heads, size] -> [batch, own heads, all tokens, size], not contiguous."""
        size, own = self.group.size, tensors[0].shape[1]
        batch, _, heads, width = tensors[0].shape
        dtype = tensors[-1].dtype
        sent = torch.empty(size, own, batch, len(tensors), heads // size, width, dtype=dtype, device=tensors[0].device)
        for index, tensor in enumerate(tensors):
            sent[:, :, :, index] = tensor.unflatten(2, (size, -1)).permute(2, 1, 0, 3, 4)
        received = self._exchanged(sent.flatten(0, 1), [own] * size, self.lengths)
        # Of a single clip, strides are those of packed rows, which cuDNN's kernels may look for.
        clips = received[:, 0][None] if batch == 1 else received.transpose(0, 1)
        return tuple(part.transpose(1, 2) for part in clips.unbind(2))

    def _to_tokens(self, mixed: Tensor) -> Tensor:
        """[batch, own heads, all tokens, size] -> [batch, own tokens, heads, size]."""
        size, own = self.group.size, self.lengths[self.group.place]
        sent = mixed.permute(2, 0, 1, 3).contiguous()  # as attention leaves it, for a single clip nothing is copied
        received = self._exchanged(sent, self.lengths, [own] * size)
        return received.unflatten(0, (size, own)).permute(2, 1, 0, 3, 4).flatten(2, 3)

    def _exchanged(self, sent: Tensor, parts: Sequence[int], from_each: Sequence[int]) -> Tensor:
        """What the others have for this process, in their order: rows of `sent`, which is cut in `parts` for them."""
        received = sent.new_empty(sum(from_each), *sent.shape[1:])
        dist.all_to_all_single(received, sent, list(from_each), list(parts), group=self.group.handle)
        return received
