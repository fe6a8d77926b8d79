"""Attention of video to a voice: adaptive layer norm, then cross-attention of each latent frame to its audio tokens.

It is part of the block that it follows, so that it is moved, streamed and quantised with it.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from artifex.catalog.wan.key_value import KeyValue
from artifex.catalog.wan.residual_stream import ResidualStream
from artifex.catalog.wan.s2v.config import SpeechConfig
from artifex.catalog.wan.token_chunks import TokenChunk, token_chunks
from artifex.catalog.wan.transformer_block import Block, CrossAttention, compute_dtype, wanted_dtype
from artifex.engine.attention import Attention
from artifex.engine.kernels.eight_bits import as_rows
from artifex.engine.kernels.rows import Modulation

_EPS = 1e-5


class Heard(NamedTuple):
    """The voice of a segment as prepared for one block, independent of the video."""

    key_value: KeyValue
    """[frames, heads, audio tokens, head_dim]."""
    shift: Tensor
    """Shift of the adaptive norm, float32 [1, frames, dim], like its scale."""
    scale: Tensor


class _AdaptiveNorm(nn.Module):
    """Shift and scale of a layer norm from a vector, named as in Diffusers' AdaLayerNorm."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.linear = nn.Linear(dim, 2 * dim)

    def forward(self, vectors: Tensor) -> tuple[Tensor, Tensor]:
        """[..., dim] -> shift and scale, float32 [..., dim]."""
        shift, scale = self.linear(F.silu(vectors).to(compute_dtype(self.linear))).float().chunk(2, dim=-1)
        return shift, scale


class ListeningBlock(Block):
    """A block followed by attention of the video to the voice."""

    def __init__(self, config: SpeechConfig, attention: Attention) -> None:
        super().__init__(config, attention)
        self.voice_norm = _AdaptiveNorm(config.dim)
        self.voice_attn = CrossAttention(config, attention)

    def hear(self, tokens: Tensor, vectors: Tensor) -> Heard:
        """Prepare a voice for `listen`: tokens [1, frames, audio tokens, dim] and vectors [1, frames, dim]."""
        key_value = self.voice_attn.key_value(tokens[0].to(compute_dtype(self.voice_attn.to_v)))
        return Heard(key_value, *self.voice_norm(vectors))

    def listen(self, stream: ResidualStream, video: int, heard: Heard) -> None:
        """Add attention to the voice to the first `video` tokens of a single clip."""

        def change(part: ResidualStream, chunk: TokenChunk) -> None:
            frames = chunk.rows
            modulated = Modulation(heard.scale[:, frames], heard.shift[:, frames], _EPS)
            normed = part.normed(modulated, torch.float32)
            assert isinstance(normed, Tensor)
            key_value = KeyValue(heard.key_value.key[frames], heard.key_value.value[frames])
            rows = as_rows(normed.unflatten(1, (len(key_value.key), -1))[0], wanted_dtype(self.voice_attn.to_q))
            part.add(self.voice_attn(rows, key_value, None).flatten(0, 1)[None])

        stream.change(token_chunks(video, heard.scale.shape[1], None, self.token_chunk), change)


class PreparedVoice:
    """A segment's voice for every block, prepared when the block first runs: before, its weights may not be there."""

    def __init__(self, tokens: Tensor, vectors: Tensor) -> None:
        """Take a voice: tokens [1, frames, audio tokens, dim] and vectors [1, frames, dim]."""
        self._tokens = tokens
        self._vectors = vectors
        self._heard: dict[int, Heard] = {}

    def heard(self, index: int, block: ListeningBlock) -> Heard:
        """The voice as prepared by `block`, which is number `index`."""
        if index not in self._heard:
            self._heard[index] = block.hear(self._tokens, self._vectors)
        return self._heard[index]
