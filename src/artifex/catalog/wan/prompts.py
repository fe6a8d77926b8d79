"""A text encoder that is loaded only while prompts are encoded."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from torch import Tensor

from artifex.catalog.wan.text import PromptEncoder
from artifex.engine.memory.shortage import give_back

Lend = Callable[[], AbstractContextManager[PromptEncoder]]


@dataclass(frozen=True, slots=True)
class LentPrompts:
    """Loads the encoder for each clip and frees it: it is as large as an expert but needed only for a moment."""

    lend: Lend

    def encode(self, prompts: Sequence[str]) -> list[Tensor]:
        """See `Prompts`."""
        with self.lend() as encoder:
            return encoder.encode(prompts)


@contextmanager
def let_go(encoder: PromptEncoder, close: Callable[[], None]) -> Iterator[PromptEncoder]:
    """Lend an encoder, then call ``close`` and free its memory."""
    try:
        yield encoder
    finally:
        close()
        del encoder
        give_back()
