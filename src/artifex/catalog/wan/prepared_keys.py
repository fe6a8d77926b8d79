"""A prompt's keys and values in every block, computed when first needed.

Computing them all at once would bring every block of a streamed network to the device just for that, also of an expert
that is not in use yet.
"""

from collections.abc import Iterator, Sequence
from typing import overload

from torch import Tensor

from artifex.catalog.wan.key_value import KeyValue
from artifex.catalog.wan.transformer_block import CrossAttention


class PreparedKeys(Sequence[KeyValue]):
    """One `KeyValue` for each cross-attention."""

    def __init__(self, text: Tensor, attentions: Sequence[CrossAttention], picture: Tensor | None = None) -> None:
        """Take embedded text, and picture, [batch, tokens, dim]."""
        self._text = text
        self._picture = picture
        self._attentions = attentions
        self._computed: list[KeyValue | None] = [None] * len(attentions)

    @overload
    def __getitem__(self, index: int) -> KeyValue: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[KeyValue]: ...
    def __getitem__(self, index: int | slice) -> KeyValue | Sequence[KeyValue]:
        """Raises IndexError beyond the last block."""
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        found = self._computed[index]
        if found is None:
            found = self._computed[index] = self._attentions[index].key_value(self._text, self._picture)
        return found

    def __iter__(self) -> Iterator[KeyValue]:
        return (self[index] for index in range(len(self)))

    def __len__(self) -> int:
        return len(self._attentions)
