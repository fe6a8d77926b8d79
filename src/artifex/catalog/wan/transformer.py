"""The Wan diffusion transformer (arXiv:2503.20314), with the parameter names of Diffusers' WanTransformer3DModel.

Precision follows the authors: matrix products run in the weights' dtype (or autocast's), while the residual stream,
modulation, gates, time embedding and head stay in float32.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from artifex.catalog.wan.rotary import rotary_table
from artifex.catalog.wan.transformer_block import Block, KeyValue, linear_float32, modulated_norm
from artifex.catalog.wan.transformer_config import TransformerConfig
from artifex.engine.attention import Attention, pick_attention

__all__ = ["PreparedText", "TransformerConfig", "WanTransformer"]


@dataclass(frozen=True, slots=True)
class PreparedText:
    """Cross-attention keys and values of one batch of prompts, computed once and used at every step."""

    layers: tuple[KeyValue, ...]
    bias: Tensor | None

    def rows(self, start: int, stop: int) -> "PreparedText":
        """The same for part of the batch, without copying."""
        layers = tuple(KeyValue(key[start:stop], value[start:stop]) for key, value in self.layers)
        return PreparedText(layers, None if self.bias is None else self.bias[start:stop])


class _Mlp(nn.Module):
    """Two linear layers with the names Diffusers gives them."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.linear_1 = nn.Linear(inputs, outputs)
        self.linear_2 = nn.Linear(outputs, outputs)


class _ConditionEmbedder(nn.Module):
    """Timesteps and text states brought to the width of the network."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.freq_dim = config.freq_dim
        self.time_embedder = _Mlp(config.freq_dim, config.dim)
        self.time_proj = nn.Linear(config.dim, 6 * config.dim)
        self.text_embedder = _Mlp(config.text_dim, config.dim)

    def time(self, timestep: Tensor) -> tuple[Tensor, Tensor]:
        """[batch, groups] -> embedding [batch, groups, dim] and modulation [batch, groups, 6, dim], float32."""
        wave = sinusoid(timestep, self.freq_dim)
        hidden = nn.functional.silu(linear_float32(self.time_embedder.linear_1, wave))
        embedding = linear_float32(self.time_embedder.linear_2, hidden)
        modulation = linear_float32(self.time_proj, nn.functional.silu(embedding))
        return embedding, modulation.unflatten(-1, (6, -1))

    def text(self, text: Tensor) -> Tensor:
        """[batch, tokens, text_dim] -> [batch, tokens, dim]."""
        hidden = self.text_embedder.linear_1(text.to(self.text_embedder.linear_1.weight.dtype))
        return self.text_embedder.linear_2(nn.functional.gelu(hidden, approximate="tanh"))


def sinusoid(timestep: Tensor, size: int) -> Tensor:
    """Cosines, then sines, of `timestep * 10000^(-i / (size / 2))`: float64 inside, float32 [..., size] out."""
    half = size // 2
    exponent = torch.arange(half, dtype=torch.float64, device=timestep.device) / half
    angles = timestep.double()[..., None] * torch.pow(10000.0, -exponent)
    return torch.cat((angles.cos(), angles.sin()), dim=-1).float()


class WanTransformer(nn.Module):
    """Predicts the flow velocity of noisy video latents under a text condition."""

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

    def rotary(self, latents: Tensor) -> Tensor:
        """Position table for latents of this shape; hand it to `forward` to keep it out of a compiled graph."""
        return rotary_table(self.config.attention_head_dim, self.grid(latents), latents.device)

    def prepare_text(self, text: Tensor, text_bias: Tensor | None = None) -> PreparedText:
        """Compute every block's cross-attention keys and values, which do not depend on the step.

        Args:
            text: encoder states, [batch, tokens, text_dim].
            text_bias: added to cross-attention logits, [batch, tokens]; see `collapse_padding`.
        """
        embedded = self.condition_embedder.text(text)
        return PreparedText(tuple(block.attn2.key_value(embedded) for block in self._blocks()), text_bias)

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
        x = x.flatten(2).transpose(1, 2).float().contiguous()
        embedding, modulation = self.condition_embedder.time(timestep.view(len(timestep), -1))
        for block, key_value in zip(self._blocks(), prepared.layers, strict=True):
            x = block(x, modulation, key_value, prepared.bias, rotary)
        shift, scale = (self.scale_shift_table.float() + embedding[:, :, None]).unbind(2)
        x = linear_float32(self.proj_out, modulated_norm(x, scale, shift, self.config.eps))
        return self._unpatchify(x, grid)

    def _blocks(self) -> list[Block]:
        return [block for block in self.blocks if isinstance(block, Block)]

    def _unpatchify(self, tokens: Tensor, grid: tuple[int, int, int]) -> Tensor:
        """[batch, tokens, patch * channels] -> [batch, channels, frames, height, width]."""
        volume = tokens.unflatten(2, (*self.config.patch_size, -1)).unflatten(1, grid)
        volume = volume.permute(0, 7, 1, 4, 2, 5, 3, 6)
        return volume.flatten(6, 7).flatten(4, 5).flatten(2, 3)
