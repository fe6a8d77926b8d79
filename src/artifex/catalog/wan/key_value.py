"""What cross-attention looks at: the keys and values of one prompt, or of several that share a clip's time."""

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
    """Those of a picture that is attended to beside the text (Wan2.1 image-to-video)."""

    @property
    def dtype(self) -> torch.dtype:
        """What queries are wanted in."""
        return self.value.dtype


class TimedKeyValue(NamedTuple):
    """One prompt of several, and the run of video tokens that listen to it."""

    text: KeyValue
    bias: Tensor | None
    """[batch, text tokens] on the logits."""
    start: int
    """The first token that listens."""
    share: Tensor
    """How much each token of the run heeds it, [tokens]; over all prompts a token's shares sum to one."""


Attend = Callable[[Tensor, KeyValue, Tensor | None], Tensor]
"""(queries, text, bias) -> what they make of it, the queries' shape."""


@dataclass(frozen=True, slots=True)
class TimedText:
    """Prompts over time. Tokens that lie in a cross-fade listen to two prompts or more."""

    prompts: tuple[TimedKeyValue, ...]

    @property
    def dtype(self) -> torch.dtype:
        """What queries are wanted in."""
        return self.prompts[0].text.dtype

    def within(self, tokens: slice) -> "TimedText":
        """What is said to some consecutive tokens, counted from the first of them."""
        said: list[TimedKeyValue] = []
        for each in self.prompts:
            start = max(each.start, tokens.start)
            stop = min(each.start + len(each.share), tokens.stop)
            if start < stop:
                share = each.share[start - each.start : stop - each.start]
                said.append(each._replace(start=start - tokens.start, share=share))
        return TimedText(tuple(said))

    def mix(self, query: Tensor, attend: Attend) -> Tensor:
        """Each query's answers to its prompts, weighted by their shares; `query` is [batch, heads, tokens, head_dim].

        The answers are mixed, not the prompts: two prompts have no tokens in common whose states could be averaged.
        """
        mixed = torch.zeros_like(query)
        for text, bias, start, share in self.prompts:
            run = slice(start, start + len(share))
            mixed[:, :, run] += share.to(query)[:, None] * attend(query[:, :, run], text, bias)
        return mixed
