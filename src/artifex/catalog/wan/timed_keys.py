"""Prompts over time, prepared for every block."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import torch
from torch import Tensor

from artifex.catalog.wan.key_value import KeyValue, TimedKeyValue, TimedText
from artifex.catalog.wan.prompt_shares import Shares
from artifex.catalog.wan.transformer import PreparedText


def timed_text(prompts: Sequence[PreparedText], shares: Shares, tokens: int) -> PreparedText:
    """The text input of `WanTransformer` for a clip, or a window of it, with several prompts over time.

    Args:
        prompts: each prepared by itself; their keys are shared by all windows.
        shares: by latent frame and prompt, of the frames that the network sees.
        tokens: transformer tokens per latent frame.
    """
    columns = zip(*shares, strict=True)
    runs = [_run(prompt, column, tokens) for prompt, column in zip(prompts, columns, strict=True) if any(column)]
    return PreparedText(_TimedKeys(runs, len(prompts[0].layers)), None)


@dataclass(frozen=True, slots=True)
class _Run:
    """A prompt and the consecutive tokens that attend to it."""

    prompt: PreparedText
    start: int
    share: Tensor
    """[tokens] float32, on the CPU."""

    def at(self, index: int) -> TimedKeyValue:
        """The run in block number `index`."""
        text = self.prompt.layers[index]
        assert isinstance(text, KeyValue)
        return TimedKeyValue(text, self.prompt.bias, self.start, self.share.to(text.value))


def _run(prompt: PreparedText, column: Sequence[float], tokens: int) -> _Run:
    """From the first latent frame with a share of the prompt to the last; a prompt that faded out never returns."""
    heeding = [frame for frame, share in enumerate(column) if share]
    start, stop = heeding[0], heeding[-1] + 1
    return _Run(prompt, start * tokens, torch.tensor(column[start:stop]).repeat_interleave(tokens))


class _TimedKeys(Sequence[TimedText]):
    """One `TimedText` for each cross-attention, built on access."""

    def __init__(self, runs: Sequence[_Run], count: int) -> None:
        self._runs = runs
        self._count = count

    @overload
    def __getitem__(self, index: int) -> TimedText: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[TimedText]: ...
    def __getitem__(self, index: int | slice) -> TimedText | Sequence[TimedText]:
        """Raises IndexError beyond the last block."""
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        return TimedText(tuple(run.at(index) for run in self._runs))

    def __len__(self) -> int:
        return self._count
