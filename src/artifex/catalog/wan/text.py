"""Encodes prompts to the text states for cross-attention."""

import html
import re
from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from artifex.catalog.wan.text_padding import collapse_padding
from artifex.catalog.wan.transformer_config import TEXT_TOKENS
from artifex.catalog.wan.umt5 import UMT5Encoder
from artifex.errors import WeightsDamaged


def clean_prompt(text: str) -> str:
    """The authors' cleaning: repair encoding errors, resolve HTML entities twice, collapse white space."""
    from ftfy import fix_text

    text = html.unescape(html.unescape(fix_text(text)))
    return re.sub(r"\s+", " ", text).strip()


class PromptEncoder:
    """Tokenizer and text encoder of one checkpoint."""

    def __init__(self, tokenizer: Tokenizer, encoder: UMT5Encoder) -> None:
        self._tokenizer = tokenizer
        self._encoder = encoder
        tokenizer.no_padding()
        tokenizer.enable_truncation(TEXT_TOKENS)

    @torch.inference_mode()
    def encode(self, prompts: Sequence[str]) -> list[Tensor]:
        """See `Prompts`."""
        return [self._states(prompt) for prompt in prompts]

    def _states(self, prompt: str) -> Tensor:
        ids = self._tokenizer.encode(clean_prompt(prompt)).ids
        # Not the device of the embedding, which stays on the host where blocks are streamed.
        device = self._encoder.encoder.final_layer_norm.weight.device
        return self._encoder(torch.tensor([ids], dtype=torch.int64, device=device))


def padded_states(states: Tensor) -> tuple[Tensor, Tensor]:
    """States [1, tokens, text_dim] with their padding collapsed, and the bias for it; see `collapse_padding`."""
    return collapse_padding(states, torch.tensor([states.shape[1]]), TEXT_TOKENS)


def read_tokenizer(path: Path) -> Tokenizer:
    """Read a `tokenizer.json`.

    Raises:
        WeightsDamaged: it is missing or cannot be understood.
    """
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises nothing narrower
        raise WeightsDamaged(f"{path} cannot be read ({error}); fetch the model's files again.") from error
