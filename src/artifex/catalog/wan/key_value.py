"""Keys and values of cross-attention: of one prompt, or of several over a clip's time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor


class KeyValue(NamedTuple):
    """Keys and values of one attention, each [batch, heads, tokens, head_dim]."""

    key: Tensor
    value: Tensor
    picture: "KeyValue | None" = None
    """Those of a picture, attended to besides the text (Wan2.1 image-to-video)."""

    @property
    def dtype(self) -> torch.dtype:
        """The dtype that queries must have."""
        return self.value.dtype


class TimedKeyValue(NamedTuple):
    """One prompt of several, and the run of video tokens that attend to it."""

    text: KeyValue
    bias: Tensor | None
    """[batch, text tokens], added to the logits."""
    start: int
    """The first token of the run."""
    share: Tensor
    """The prompt's weight for each token of the run, [tokens]; a token's weights for all prompts sum to one."""


Attend = Callable[[Tensor, KeyValue, Tensor | None], Tensor]
"""(queries, text, bias) -> attention output, of the queries' shape."""


@dataclass(frozen=True, slots=True)
class TimedText:
    """Prompts over time. Tokens within a cross-fade attend to two or more."""

    prompts: tuple[TimedKeyValue, ...]

    @property
    def dtype(self) -> torch.dtype:
        """The dtype that queries must have."""
        return self.prompts[0].text.dtype

    def within(self, tokens: slice) -> "TimedText":
        """The prompts of a slice of tokens, counted from its first token."""
        said: list[TimedKeyValue] = []
        for each in self.prompts:
            start = max(each.start, tokens.start)
            stop = min(each.start + len(each.share), tokens.stop)
            if start < stop:
                share = each.share[start - each.start : stop - each.start]
                said.append(each._replace(start=start - tokens.start, share=share))
        return TimedText(tuple(said))

    def mix(self, query: Tensor, attend: Attend) -> Tensor:
        """Attention outputs for each query's prompts, weighted by share; `query` is [batch, heads, tokens, head_dim].

        Outputs are mixed, not prompts: the tokens of two prompts do not correspond, so their states cannot be averaged.
        """
        mixed = torch.zeros_like(query)
        for text, bias, start, share in self.prompts:
            run = slice(start, start + len(share))
            mixed[:, :, run] += share.to(query)[:, None] * attend(query[:, :, run], text, bias)
        return mixed
