"""The Wan diffusion transformer (arXiv:2503.20314), with the parameter names of Diffusers' WanTransformer3DModel.

Precision follows the authors: matrix products run in the weights' dtype (or autocast's), while the residual stream,
modulation, gates, time embedding and head stay in float32.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from artifex.catalog.wan.key_value import KeyValue, TimedText
from artifex.catalog.wan.picture_embedder import PictureEmbedder
from artifex.catalog.wan.prepared_keys import PreparedKeys
from artifex.catalog.wan.residual_stream import ResidualStream
from artifex.catalog.wan.rotary import rotary_at, rotary_table
from artifex.catalog.wan.token_chunks import Runs, TokenChunk, gathered, rows_within, token_chunks
from artifex.catalog.wan.transformer_block import Block, Kept, compute_dtype, linear_float32
from artifex.catalog.wan.transformer_config import TransformerConfig
from artifex.engine.attention import Attention, pick_attention
from artifex.engine.kernels.rows import modulated_norm
from artifex.engine.memory.stream import BlockSource, walk
from artifex.engine.parallel.links import Group
from artifex.engine.parallel.token_share import TokenShare

__all__ = ["PreparedText", "TransformerConfig", "WanTransformer"]

AfterBlock = Callable[[int, ResidualStream], None]
"""(block index, stream): called after each block, to change the tokens."""


@dataclass(frozen=True, slots=True)
class PreparedText:
    """Cross-attention keys and values of one batch of prompts, computed once and used at every step."""

    layers: Sequence[KeyValue | TimedText]
    """By block; an item may only be read while its block's weights are on the device."""
    bias: Tensor | None
    """Logit bias of a single prompt; each of several prompts over time has its own."""


class _Mlp(nn.Module):
    """Two linear layers under Diffusers' names."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.linear_1 = nn.Linear(inputs, outputs)
        self.linear_2 = nn.Linear(outputs, outputs)


class _ConditionEmbedder(nn.Module):
    """Embeds timesteps, text states and picture states at the width of the network."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.freq_dim = config.freq_dim
        self.time_embedder = _Mlp(config.freq_dim, config.dim)
        self.time_proj = nn.Linear(config.dim, 6 * config.dim)
        self.text_embedder = _Mlp(config.text_dim, config.dim)
        if config.image_dim is not None:
            self.image_embedder = PictureEmbedder(config.image_dim, config.dim)

    def time(self, timestep: Tensor) -> tuple[Tensor, Tensor]:
        """[batch, groups] -> embedding [batch, groups, dim] and modulation [batch, groups, 6, dim], float32."""
        wave = sinusoid(timestep, self.freq_dim)
        hidden = nn.functional.silu(linear_float32(self.time_embedder.linear_1, wave))
        embedding = linear_float32(self.time_embedder.linear_2, hidden)
        modulation = linear_float32(self.time_proj, nn.functional.silu(embedding))
        return embedding, modulation.unflatten(-1, (6, -1))

    def text(self, text: Tensor) -> Tensor:
        """[batch, tokens, text_dim] -> [batch, tokens, dim]."""
        hidden = self.text_embedder.linear_1(text.to(compute_dtype(self.text_embedder.linear_1)))
        return self.text_embedder.linear_2(nn.functional.gelu(hidden, approximate="tanh"))


def sinusoid(timestep: Tensor, size: int) -> Tensor:
    """Cosines, then sines, of `timestep * 10000^(-i / (size / 2))`: float64 inside, float32 [..., size] out."""
    half = size // 2
    exponent = torch.arange(half, dtype=torch.float64, device=timestep.device) / half
    angles = timestep.double()[..., None] * torch.pow(10000.0, -exponent)
    return torch.cat((angles.cos(), angles.sin()), dim=-1).float()


class WanTransformer(nn.Module):
    """Predicts the flow velocity of noisy video latents under a text condition."""

    stream: BlockSource | None = None
    """Brings the blocks to the device, where not all of them stay there."""
    token_chunk: int | None = None
    """See `Block`; set by `chunk_tokens`."""
    group: Group | None = None
    """Processes that share the tokens of every pass; each calls `forward` with the same arguments at the same time.
    Without gradients only."""

    def __init__(self, config: TransformerConfig, attention: Attention | None = None) -> None:
        """Build the network with random weights.

        Args:
            config: its shape.
            attention: backend for self- and cross-attention; None lets `pick_attention` choose.
        """
        super().__init__()
        self.config = config
        attention = attention or pick_attention()
        self.patch_embedding = nn.Conv3d(
            config.in_channels, config.dim, kernel_size=config.patch_size, stride=config.patch_size
        )
        self.condition_embedder = _ConditionEmbedder(config)
        self.blocks = nn.ModuleList(Block(config, attention) for _ in range(config.num_layers))
        self.proj_out = nn.Linear(config.dim, config.out_channels * math.prod(config.patch_size))
        self.scale_shift_table = nn.Parameter(nn.init.normal_(torch.empty(1, 2, config.dim), std=config.dim**-0.5))

    def grid(self, latents: Tensor) -> tuple[int, int, int]:
        """Tokens along (frames, rows, columns) of latents [batch, channels, frames, height, width]."""
        frames, height, width = latents.shape[2:]
        patch = self.config.patch_size
        return frames // patch[0], height // patch[1], width // patch[2]

    def rotary(self, latents: Tensor, times: tuple[float, ...] | None = None) -> Tensor:
        """Position table for latents of this shape; hand it to `forward` to keep it out of a compiled graph.

        ``times``: positions of the frames of tokens, where they are not 0, 1, 2, ...
        """
        grid, head_dim = self.grid(latents), self.config.attention_head_dim
        if times is None:
            return rotary_table(head_dim, grid, latents.device)
        return rotary_at(head_dim, (times, tuple(range(grid[1])), tuple(range(grid[2]))), latents.device)

    def prepare_text(
        self, text: Tensor, text_bias: Tensor | None = None, picture: Tensor | None = None
    ) -> PreparedText:
        """Cross-attention's keys and values, which do not depend on the step; computed when a block first runs.

        Args:
            text: encoder states, [batch, tokens, text_dim].
            text_bias: added to cross-attention logits, [batch, tokens]; see `collapse_padding`.
            picture: CLIP's states, [batch, tokens, image_dim], for a network with an `image_dim`.
        """
        embedder = self.condition_embedder
        seen = None if picture is None else embedder.image_embedder(picture)
        return PreparedText(
            PreparedKeys(embedder.text(text), [block.attn2 for block in self._blocks()], seen), text_bias
        )

    def chunk_tokens(self, most: int | None) -> None:
        """Run per-token computations in chunks of at most ``most`` tokens; None for all at once."""
        self.token_chunk = most
        for block in self._blocks():
            block.token_chunk = most

    @contextmanager
    def alike(self) -> Iterator[None]:
        """Promise that until the context ends all passes have the same latents and timestep, and only texts differ.

        The first block's self-attention, which precedes any text, is then computed in the first pass and reused.
        """
        first = self._blocks()[0]
        first.kept = Kept()
        try:
            yield
        finally:
            first.kept = None

    def forward(
        self,
        latents: Tensor,
        timestep: Tensor,
        text: Tensor | PreparedText,
        text_bias: Tensor | None = None,
        rotary: Tensor | None = None,
    ) -> Tensor:
        """Velocity of the flow at `timestep`.

        Args:
            latents: [batch, in_channels, frames, height, width], divisible by the patch size.
            timestep: in [0, 1000]; [batch], or [batch, groups] where the groups are equal runs of consecutive tokens:
                one per latent frame or one per token.
            text: encoder states [batch, tokens, text_dim], or what `prepare_text` made of them.
            text_bias: [batch, tokens], for plain `text` only.
            rotary: `self.rotary(latents)`, or another position table [tokens, head_dim // 2, 2].

        Returns:
            [batch, out_channels, frames, height, width], float32.
        """
        prepared = self.prepare_text(text, text_bias) if isinstance(text, Tensor) else text
        rotary = self.rotary(latents) if rotary is None else rotary
        grid = self.grid(latents)
        x: Tensor = self.patch_embedding(latents.to(self.patch_embedding.weight.dtype))
        x = x.flatten(2).transpose(1, 2)
        times, runs, share = timestep.view(len(timestep), -1), None, None
        if self.group is not None:
            share = TokenShare.of(self.group, x.shape[1], self.config.num_attention_heads)
            times, runs = rows_within(times, x.shape[1], share.mine)
            x, rotary = x[:, share.mine], rotary[share.mine]
        embedding, modulation = self.condition_embedder.time(times)
        x = x.float().contiguous()  # rebinding x frees the 16-bit embedding before the blocks run
        x = self._walk(x, modulation, prepared, rotary, runs, share=share)
        return self._velocity(x, embedding, grid, runs, share)

    def _walk(
        self,
        x: Tensor,
        modulation: Tensor,
        text: PreparedText,
        rotary: Tensor,
        runs: Runs = None,
        after: AfterBlock | None = None,
        share: TokenShare | None = None,
    ) -> Tensor:
        """Run tokens [batch, tokens, dim] through every block; arguments as of `Block`."""
        stream = ResidualStream(x)
        for index, block in enumerate(self._at_hand()):
            said = text.layers[index]
            if share is not None and isinstance(said, TimedText):
                said = said.within(share.mine)
            block(stream, modulation, said, text.bias, rotary, runs, share)
            if after is not None:
                after(index, stream)
        return stream.joined()

    def _velocity(
        self,
        x: Tensor,
        embedding: Tensor,
        grid: tuple[int, int, int],
        runs: Runs = None,
        share: TokenShare | None = None,
    ) -> Tensor:
        """The head: tokens [batch, tokens, dim] of a video, or this process's share of them, to its velocity."""
        shift, scale = (self.scale_shift_table.float() + embedding[:, :, None]).unbind(2)

        def project(chunk: TokenChunk) -> tuple[Tensor, ...]:
            rows = chunk.rows
            normed = modulated_norm(x[:, chunk.tokens], scale[:, rows], shift[:, rows], self.config.eps)
            return (linear_float32(self.proj_out, normed),)

        (patches,) = gathered(token_chunks(x.shape[1], scale.shape[1], runs, self.token_chunk), project)
        return self._unpatchify(patches if share is None else share.gathered(patches), grid)

    def _at_hand(self) -> Iterator[Block]:
        """The blocks in order, each with its weights on the device while it is the current one."""
        return walk(self._blocks(), self.stream)

    def _blocks(self) -> list[Block]:
        return [block for block in self.blocks if isinstance(block, Block)]

    def _unpatchify(self, tokens: Tensor, grid: tuple[int, int, int]) -> Tensor:
        """[batch, tokens, patch * channels] -> [batch, channels, frames, height, width]."""
        volume = tokens.unflatten(2, (*self.config.patch_size, -1)).unflatten(1, grid)
        volume = volume.permute(0, 7, 1, 4, 2, 5, 3, 6)
        return volume.flatten(6, 7).flatten(4, 5).flatten(2, 3)
