"""A text encoder that is loaded only while prompts are encoded."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from torch import Tensor

from artifex.catalog.wan.text import PromptEncoder

Lend = Callable[[], AbstractContextManager[PromptEncoder]]


@dataclass(frozen=True, slots=True)
class LentPrompts:
    """Loads the encoder for each clip and frees it: it is as large as an expert but needed only for a moment."""

    lend: Lend

    def encode(self, prompts: Sequence[str]) -> list[Tensor]:
        """See `Prompts`."""
        with self.lend() as encoder:
            try:
                return encoder.encode(prompts)
            finally:
                del encoder  # while it is known here, its memory cannot be given back


@contextmanager
def let_go(encoder: PromptEncoder, close: Callable[[], None]) -> Iterator[PromptEncoder]:
    """Lend an encoder, then forget it and close what it rests on; ``close`` gives the memory back."""
    try:
        yield encoder
    finally:
        del encoder
        close()
