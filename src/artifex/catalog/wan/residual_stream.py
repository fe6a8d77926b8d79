"""The residual stream: tokens in float32, to which each layer of a block adds."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from artifex.catalog.wan.token_chunks import TokenChunk
from artifex.engine.kernels.eight_bits import Rows
from artifex.engine.kernels.rows import Norm, joined, joined_and_normed, normed


class ResidualStream:
    """Tokens of a clip, and the last update, which is added only when the next norm reads the tokens.

    Addition and norm are thus fused into one pass over memory, also across blocks. Tokens are overwritten in place
    unless gradients are enabled.
    """

    def __init__(self, tokens: Tensor) -> None:
        """Take the initial tokens [batch, tokens, dim], float32."""
        self._tokens = tokens
        self._waiting: tuple[Tensor, Tensor | None] | None = None

    @property
    def count(self) -> int:
        """Number of tokens."""
        return self._tokens.shape[1]

    def add(self, update: Tensor, gate: Tensor | None = None) -> None:
        """Add `update * gate`, with the shapes of `rows.joined`; computed when the tokens are next read."""
        self.joined()
        self._waiting = update, gate

    def joined(self) -> Tensor:
        """The tokens with all updates added, [batch, tokens, dim]."""
        if self._waiting is not None:
            self._tokens = joined(self._tokens, *self._waiting)
            self._waiting = None
        return self._tokens

    def normed(self, norm: Norm, dtype: torch.dtype) -> Rows:
        """The norm of the tokens with all updates added; see `rows.normed`."""
        if self._waiting is None:
            return normed(self._tokens, norm, dtype)
        self._tokens, rows = joined_and_normed(self._tokens, *self._waiting, norm, dtype)
        self._waiting = None
        return rows

    def part(self, tokens: slice) -> "ResidualStream":
        """The stream of some of the tokens; this stream itself, with its pending update, for all of them."""
        whole = tokens.start == 0 and tokens.stop == self.count
        return self if whole else ResidualStream(self.joined()[:, tokens])

    def change(self, chunks: Sequence[TokenChunk], change: Callable[["ResidualStream", TokenChunk], None]) -> None:
        """Call ``change`` chunk by chunk on the leading tokens, so that only one chunk's updates are held at a time."""
        parts = [self.part(chunk.tokens) for chunk in chunks]
        for part, chunk in zip(parts, chunks, strict=True):
            change(part, chunk)
            if part is not self:
                part.joined()
        if torch.is_grad_enabled() and parts != [self]:
            rest = self._tokens[:, chunks[-1].tokens.stop :]
            self._tokens = torch.cat([*(part.joined() for part in parts), rest], dim=1)
