"""Video tokens listening to a voice: adaptive layer norm, then cross-attention, each latent frame to its own tokens.

It belongs to the block it comes behind, so that it is moved, streamed and quantised with it.
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
    """What one block hears of a segment, whatever the video looks like."""

    key_value: KeyValue
    """[frames, heads, audio tokens, head_dim]."""
    shift: Tensor
    """Of the adaptive norm, float32 [1, frames, dim]."""
    scale: Tensor


class _AdaptiveNorm(nn.Module):
    """Layer norm whose shift and scale a vector decides, named as in Diffusers' AdaLayerNorm."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.linear = nn.Linear(dim, 2 * dim)

    def forward(self, vectors: Tensor) -> tuple[Tensor, Tensor]:
        """[..., dim] -> shift and scale, float32 [..., dim]."""
        shift, scale = self.linear(F.silu(vectors).to(compute_dtype(self.linear))).float().chunk(2, dim=-1)
        return shift, scale


class ListeningBlock(Block):
    """A block behind which the video listens."""

    def __init__(self, config: SpeechConfig, attention: Attention) -> None:
        super().__init__(config, attention)
        self.voice_norm = _AdaptiveNorm(config.dim)
        self.voice_attn = CrossAttention(config, attention)

    def hear(self, tokens: Tensor, vectors: Tensor) -> Heard:
        """What `listen` needs of a voice: tokens [1, frames, audio tokens, dim] and vectors [1, frames, dim]."""
        key_value = self.voice_attn.key_value(tokens[0].to(compute_dtype(self.voice_attn.to_v)))
        return Heard(key_value, *self.voice_norm(vectors))

    def listen(self, stream: ResidualStream, video: int, heard: Heard) -> None:
        """Add what is heard to the first `video` of the tokens, of a single clip."""

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
    """What every block hears of a segment, computed when the block is first walked: it may not be at hand earlier."""

    def __init__(self, tokens: Tensor, vectors: Tensor) -> None:
        """Hold a voice: tokens [1, frames, audio tokens, dim] and vectors [1, frames, dim]."""
        self._tokens = tokens
        self._vectors = vectors
        self._heard: dict[int, Heard] = {}

    def heard(self, index: int, block: ListeningBlock) -> Heard:
        """By block number `index`, which is `block`."""
        if index not in self._heard:
            self._heard[index] = block.hear(self._tokens, self._vectors)
        return self._heard[index]
