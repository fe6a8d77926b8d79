"""One block of the Wan transformer: modulated self-attention, cross-attention to the prompt, modulated feed-forward."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.func import functional_call

from artifex.catalog.wan.key_value import KeyValue, TimedText
from artifex.catalog.wan.residual_stream import ResidualStream
from artifex.catalog.wan.token_chunks import Runs, TokenChunk, gathered, token_chunks
from artifex.catalog.wan.transformer_config import TransformerConfig
from artifex.engine.attention import Attention, FusedAttention
from artifex.engine.kernels.eight_bits import EightBits, Rows, as_rows
from artifex.engine.kernels.heads import Projected
from artifex.engine.kernels.products import linear_gelu
from artifex.engine.kernels.rows import Affine, Modulation, rotated_norm
from artifex.engine.parallel.token_share import TokenShare
from artifex.engine.quant import QuantisedLinear


def linear_float32(layer: nn.Linear, x: Tensor) -> Tensor:
    """Apply a linear layer in float32 whatever its weights' dtype, also inside autocast."""
    weights = {"weight": layer.weight.float(), "bias": layer.bias.float()}
    with torch.autocast(device_type=x.device.type, enabled=False):
        # Called as a module, so that hooks on its forward (a LoRA) apply.
        return functional_call(layer, weights, x.float())


def compute_dtype(layer: nn.Module) -> torch.dtype:
    """Input and output dtype of a linear layer: its bias keeps it when the weight is quantised."""
    bias = layer.bias
    assert isinstance(bias, Tensor)
    return bias.dtype


def wanted_dtype(layer: nn.Module) -> torch.dtype:
    """The input dtype that costs a linear layer no conversion: eight bits if it would quantise its input."""
    return layer.takes if isinstance(layer, QuantisedLinear) else compute_dtype(layer)


def _within(rows: Rows, tokens: slice) -> Rows:
    """Some of the tokens of [batch, tokens, width]."""
    return EightBits(*(part[:, tokens] for part in rows)) if isinstance(rows, EightBits) else rows[:, tokens]


class _AttentionLayer(nn.Module):
    """Projections shared by both attentions; queries and keys are RMS-normed over the whole width (not per head)."""

    def __init__(self, config: TransformerConfig, attention: Attention) -> None:
        super().__init__()
        self.heads = config.num_attention_heads
        self.attention = attention
        self.to_q = nn.Linear(config.dim, config.dim)
        self.to_k = nn.Linear(config.dim, config.dim)
        self.to_v = nn.Linear(config.dim, config.dim)
        self.to_out = nn.Sequential(nn.Linear(config.dim, config.dim))
        self.norm_q = nn.RMSNorm(config.dim, eps=config.eps)
        self.norm_k = nn.RMSNorm(config.dim, eps=config.eps)

    def split(self, x: Tensor) -> Tensor:
        """[batch, tokens, dim] -> [batch, tokens, heads, head_dim]."""
        return x.unflatten(2, (self.heads, -1))

    def normed(self, norm: nn.RMSNorm, x: Tensor, rotary: Tensor | None = None) -> Tensor:
        """RMS-norm in float32, split into heads, and rotate: [batch, tokens, heads, head_dim] in x's dtype."""
        assert norm.eps is not None
        return rotated_norm(x, norm.weight, norm.eps, self.heads, rotary)


class SelfAttention(_AttentionLayer):
    """Every token attends to every token of its clip, with rotary position embedding."""

    def project(self, x: Rows, rotary: Tensor, share: TokenShare | None) -> tuple[Tensor, Tensor, Tensor]:
        """[batch, tokens, dim] -> query, key and value for `mix`."""
        query, key, value = self.to_q(x), self.to_k(x), self.to_v(x)
        if share is None and isinstance(self.attention, FusedAttention):
            return query, key, value
        return self.normed(self.norm_q, query, rotary), self.normed(self.norm_k, key, rotary), self.split(value)

    def mix(self, query: Tensor, key: Tensor, value: Tensor, rotary: Tensor, share: TokenShare | None) -> Rows:
        """Attend, from the results of `project` -> [batch, tokens, dim], before the output projection.

        With a `share`, they are of this process's tokens, which attend to those of all processes.
        """
        if share is not None:
            return share.attend(self.attention, query, key, value).flatten(2)
        if isinstance(self.attention, FusedAttention):
            queries, keys = self._projected(self.norm_q, query), self._projected(self.norm_k, key)
            return self.attention.from_projections(
                queries, keys, value, self.heads, rotary, wanted_dtype(self.to_out[0])
            )
        mixed = self.attention(query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2))
        return mixed.transpose(1, 2).flatten(2)

    def _projected(self, norm: nn.RMSNorm, x: Tensor) -> Projected:
        assert norm.eps is not None
        return Projected(x, norm.weight, norm.eps)


class CrossAttention(_AttentionLayer):
    """Every token attends to the prompt and, in networks with an `image_dim`, separately to a picture."""

    def __init__(self, config: TransformerConfig, attention: Attention) -> None:
        super().__init__(config, attention)
        if config.image_dim is not None:
            self.add_k_proj = nn.Linear(config.dim, config.dim)
            self.add_v_proj = nn.Linear(config.dim, config.dim)
            self.norm_added_k = nn.RMSNorm(config.dim, eps=config.eps)

    def key_value(self, text: Tensor, picture: Tensor | None = None) -> KeyValue:
        """Embedded text, and picture, [batch, tokens, dim] -> keys and values for `forward`."""
        value = self.split(self.to_v(text))
        key = self.normed(self.norm_k, self.to_k(text)).to(value.dtype)
        seen = None if picture is None else self._picture_key_value(picture)
        return KeyValue(key.transpose(1, 2), value.transpose(1, 2), seen)

    def _picture_key_value(self, picture: Tensor) -> KeyValue:
        value = self.split(self.add_v_proj(picture))
        key = self.normed(self.norm_added_k, self.add_k_proj(picture)).to(value.dtype)
        return KeyValue(key.transpose(1, 2), value.transpose(1, 2))

    def forward(self, x: Rows, text: KeyValue | TimedText, bias: Tensor | None) -> Tensor:
        """[batch, tokens, dim] -> [batch, tokens, dim]; `bias` is [batch, text tokens] on a single prompt's logits."""
        query = self.normed(self.norm_q, self.to_q(x))
        query = query.to(text.dtype).transpose(1, 2)
        mixed = text.mix(query, self._attend) if isinstance(text, TimedText) else self._attend(query, text, bias)
        return self.to_out(mixed.transpose(1, 2).flatten(2))

    def _attend(self, query: Tensor, text: KeyValue, bias: Tensor | None) -> Tensor:
        mixed = self.attention(query, text.key, text.value, bias)
        if text.picture is not None:
            mixed = mixed + self.attention(query, text.picture.key, text.picture.value)
        return mixed


class _GeluProjection(nn.Module):
    """The first half of a feed-forward, under Diffusers' name."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.proj = nn.Linear(inputs, outputs)


class _FeedForward(nn.Module):
    """Linear, tanh-GELU, linear; the Identity stands for Diffusers' dropout, to keep the names."""

    def __init__(self, dim: int, hidden: int) -> None:
        super().__init__()
        self.net = nn.Sequential(_GeluProjection(dim, hidden), nn.Identity(), nn.Linear(hidden, dim))

    @property
    def inner(self) -> nn.Module:
        """The first linear layer."""
        projection = self.net[0]
        assert isinstance(projection, _GeluProjection)
        return projection.proj

    def forward(self, x: Rows) -> Tensor:
        return self.net[2](linear_gelu(self.inner, x, wanted_dtype(self.net[2])))


@dataclass
class Kept:
    """The result of a block's self-attention; None until it is computed."""

    mixed: Rows | None = None


class Block(nn.Module):
    """One transformer block, which updates the residual stream.

    Only self-attention needs all tokens at once. Everything else runs in chunks of `token_chunk`, and the stream is
    changed in place unless gradients are enabled, so that only query, key, value and the attention result are held
    besides it.
    """

    token_chunk: int | None = None
    """Most tokens that are normalised, projected and fed forward at once; None for all."""
    kept: Kept | None = None
    """Result that the first of several passes with the same tokens and timestep leaves to the others; see
    `WanTransformer.alike`."""

    def __init__(self, config: TransformerConfig, attention: Attention) -> None:
        super().__init__()
        self.eps = config.eps
        self.attn1 = SelfAttention(config, attention)
        self.attn2 = CrossAttention(config, attention)
        self.norm2 = nn.LayerNorm(config.dim, config.eps) if config.cross_attn_norm else nn.Identity()
        self.ffn = _FeedForward(config.dim, config.ffn_dim)
        self.scale_shift_table = nn.Parameter(nn.init.normal_(torch.empty(1, 6, config.dim), std=config.dim**-0.5))

    def forward(
        self,
        stream: ResidualStream,
        modulation: Tensor,
        text: KeyValue | TimedText,
        text_bias: Tensor | None,
        rotary: Tensor,
        runs: Runs = None,
        share: TokenShare | None = None,
    ) -> None:
        """Update the stream.

        Args:
            stream: of all tokens.
            modulation: [batch, groups, 6, dim], float32: shift, scale, gate of attention, then of feed-forward.
            text: this block's `CrossAttention.key_value`, or those of prompts over time.
            text_bias: [batch, text tokens] or None; each of several prompts over time has its own.
            rotary: [tokens, head_dim // 2, 2].
            runs: tokens of each modulation group, where they differ.
            share: how the clip's tokens are split between processes, where the stream has only this one's.
        """
        table = self.scale_shift_table.float() + modulation
        chunks = token_chunks(stream.count, table.shape[1], runs, self.token_chunk)
        kept = self.kept or Kept()
        if kept.mixed is None:
            kept.mixed = self._mixed(stream, table[:, :, :2], chunks, rotary, share)
        mixed = kept.mixed

        def change(part: ResidualStream, chunk: TokenChunk) -> None:
            _, _, gate, shift, scale, feed_gate = table[:, chunk.rows].unbind(2)
            said = text.within(chunk.tokens) if isinstance(text, TimedText) else text
            part.add(self.attn1.to_out(_within(mixed, chunk.tokens)), gate)
            part.add(self.attn2(self._for_cross_attention(part), said, text_bias))
            rows = part.normed(Modulation(scale, shift, self.eps), wanted_dtype(self.ffn.inner))
            part.add(self.ffn(rows), feed_gate)

        stream.change(chunks, change)

    def _mixed(
        self,
        stream: ResidualStream,
        table: Tensor,
        chunks: list[TokenChunk],
        rotary: Tensor,
        share: TokenShare | None,
    ) -> Rows:
        """Self-attention of all tokens, before its output projection; `table` is [batch, groups, 2, dim]."""
        shift, scale = table.unbind(2)

        def project(chunk: TokenChunk) -> tuple[Tensor, ...]:
            modulated = Modulation(scale[:, chunk.rows], shift[:, chunk.rows], self.eps)
            rows = stream.part(chunk.tokens).normed(modulated, wanted_dtype(self.attn1.to_q))
            return self.attn1.project(rows, rotary[chunk.tokens], share)

        query, key, value = gathered(chunks, project)
        return self.attn1.mix(query, key, value, rotary, share)

    def _for_cross_attention(self, stream: ResidualStream) -> Rows:
        """The input of cross-attention."""
        dtype = wanted_dtype(self.attn2.to_q)
        if isinstance(self.norm2, nn.LayerNorm):
            return stream.normed(Affine(self.norm2.weight, self.norm2.bias, self.norm2.eps), dtype)
        return as_rows(stream.joined(), dtype)
