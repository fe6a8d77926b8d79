"""The residual stream: tokens in float32, to which each part of a block adds."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from artifex.catalog.wan.token_chunks import TokenChunk
from artifex.engine.kernels.eight_bits import Rows
from artifex.engine.kernels.rows import Norm, joined, joined_and_normed, normed


class ResidualStream:
    """Tokens of a clip, and the last update, which joins them on the way to the norm that reads them next.

    So the two are one walk over memory, also where a block ends and the next begins. Tokens are overwritten where no
    gradient is asked for.
    """

    def __init__(self, tokens: Tensor) -> None:
        """Begin with [batch, tokens, dim], float32."""
        self._tokens = tokens
        self._waiting: tuple[Tensor, Tensor | None] | None = None

    @property
    def count(self) -> int:
        """How many tokens there are."""
        return self._tokens.shape[1]

    def add(self, update: Tensor, gate: Tensor | None = None) -> None:
        """Add `update * gate`, as `rows.joined` has them."""
        self.joined()
        self._waiting = update, gate

    def joined(self) -> Tensor:
        """The tokens with all that was added to them, [batch, tokens, dim]."""
        if self._waiting is not None:
            self._tokens = joined(self._tokens, *self._waiting)
            self._waiting = None
        return self._tokens

    def normed(self, norm: Norm, dtype: torch.dtype) -> Rows:
        """A norm of the tokens with all that was added to them; see `rows.normed`."""
        if self._waiting is None:
            return normed(self._tokens, norm, dtype)
        self._tokens, rows = joined_and_normed(self._tokens, *self._waiting, norm, dtype)
        self._waiting = None
        return rows

    def part(self, tokens: slice) -> "ResidualStream":
        """Some of the tokens; this stream itself, with what waits, where it is all of them."""
        whole = tokens.start == 0 and tokens.stop == self.count
        return self if whole else ResidualStream(self.joined()[:, tokens])

    def change(self, chunks: Sequence[TokenChunk], change: Callable[["ResidualStream", TokenChunk], None]) -> None:
        """Change tokens from the first on, chunk by chunk: only the updates of one chunk are held at a time."""
        parts = [self.part(chunk.tokens) for chunk in chunks]
        for part, chunk in zip(parts, chunks, strict=True):
            change(part, chunk)
            if part is not self:
                part.joined()
        if torch.is_grad_enabled() and parts != [self]:
            rest = self._tokens[:, chunks[-1].tokens.stop :]
            self._tokens = torch.cat([*(part.joined() for part in parts), rest], dim=1)
