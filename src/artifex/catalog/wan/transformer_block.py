"""One block of the Wan transformer: modulated self-attention, cross-attention to the prompt, modulated feed-forward."""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from artifex.catalog.wan.rotary import rotate
from artifex.catalog.wan.transformer_config import TransformerConfig
from artifex.engine.attention import Attention


class KeyValue(NamedTuple):
    """Keys and values of one attention, each [batch, heads, tokens, head_dim]."""

    key: Tensor
    value: Tensor


def linear_float32(layer: nn.Linear, x: Tensor) -> Tensor:
    """Apply a linear layer in float32 whatever its weights' dtype, also inside autocast."""
    with torch.autocast(device_type=x.device.type, enabled=False):
        return F.linear(x.float(), layer.weight.float(), layer.bias.float())


def modulated_norm(x: Tensor, scale: Tensor, shift: Tensor, eps: float) -> Tensor:
    """`layer_norm(x) * (1 + scale) + shift` in float32.

    Args:
        x: [batch, tokens, dim].
        scale: [batch, groups, dim]; every group is an equal run of consecutive tokens.
        shift: [batch, groups, dim].
        eps: of the normalisation.
    """
    groups = scale.shape[1]
    normalised = F.layer_norm(x, (x.shape[-1],), eps=eps).unflatten(1, (groups, -1))
    return torch.addcmul(shift[:, :, None], normalised, 1 + scale[:, :, None]).flatten(1, 2)


def gated_add(x: Tensor, update: Tensor, gate: Tensor) -> Tensor:
    """`x + update * gate` in float32; `gate` is [batch, groups, dim] as in `modulated_norm`."""
    groups = gate.shape[1]
    grouped = x.unflatten(1, (groups, -1))
    return torch.addcmul(grouped, update.float().unflatten(1, (groups, -1)), gate[:, :, None]).flatten(1, 2)


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

    def normed(self, norm: nn.RMSNorm, x: Tensor) -> Tensor:
        """RMS-norm in float32, then split into heads: [batch, tokens, heads, head_dim]."""
        return self.split(F.rms_norm(x.float(), norm.normalized_shape, norm.weight.float(), norm.eps))

    def attend(self, query: Tensor, key_value: KeyValue, bias: Tensor | None = None) -> Tensor:
        """[batch, heads, tokens, head_dim] -> output projection, [batch, tokens, dim]."""
        mixed = self.attention(query, key_value.key, key_value.value, bias)
        return self.to_out(mixed.transpose(1, 2).flatten(2))


class SelfAttention(_AttentionLayer):
    """Every token attends to every token of its clip, with rotary positions."""

    def forward(self, x: Tensor, rotary: Tensor) -> Tensor:
        """[batch, tokens, dim] -> [batch, tokens, dim]."""
        x = x.to(self.to_q.weight.dtype)
        value = self.split(self.to_v(x))
        query = rotate(self.normed(self.norm_q, self.to_q(x)), rotary).to(value.dtype)
        key = rotate(self.normed(self.norm_k, self.to_k(x)), rotary).to(value.dtype)
        return self.attend(query.transpose(1, 2), KeyValue(key.transpose(1, 2), value.transpose(1, 2)))


class CrossAttention(_AttentionLayer):
    """Every token attends to the prompt."""

    def key_value(self, text: Tensor) -> KeyValue:
        """Embedded text [batch, tokens, dim] -> keys and values for `forward`."""
        value = self.split(self.to_v(text))
        key = self.normed(self.norm_k, self.to_k(text)).to(value.dtype)
        return KeyValue(key.transpose(1, 2), value.transpose(1, 2))

    def forward(self, x: Tensor, text: KeyValue, bias: Tensor | None) -> Tensor:
        """[batch, tokens, dim] -> [batch, tokens, dim]; `bias` is [batch, text tokens] on the logits."""
        query = self.normed(self.norm_q, self.to_q(x.to(self.to_q.weight.dtype)))
        return self.attend(query.to(text.value.dtype).transpose(1, 2), text, bias)


class _GeluProjection(nn.Module):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.proj = nn.Linear(inputs, outputs)

    def forward(self, x: Tensor) -> Tensor:
        return F.gelu(self.proj(x.to(self.proj.weight.dtype)), approximate="tanh")


class _FeedForward(nn.Module):
    """Linear, tanh-GELU, linear; the gap in the names is Diffusers' dropout."""

    def __init__(self, dim: int, hidden: int) -> None:
        super().__init__()
        self.net = nn.Sequential(_GeluProjection(dim, hidden), nn.Identity(), nn.Linear(hidden, dim))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class Block(nn.Module):
    """Float32 residual stream in, float32 residual stream out."""

    def __init__(self, config: TransformerConfig, attention: Attention) -> None:
        super().__init__()
        self.eps = config.eps
        self.attn1 = SelfAttention(config, attention)
        self.attn2 = CrossAttention(config, attention)
        self.norm2 = nn.LayerNorm(config.dim, config.eps) if config.cross_attn_norm else nn.Identity()
        self.ffn = _FeedForward(config.dim, config.ffn_dim)
        self.scale_shift_table = nn.Parameter(nn.init.normal_(torch.empty(1, 6, config.dim), std=config.dim**-0.5))

    def forward(
        self, x: Tensor, modulation: Tensor, text: KeyValue, text_bias: Tensor | None, rotary: Tensor
    ) -> Tensor:
        """One block.

        Args:
            x: [batch, tokens, dim], float32.
            modulation: [batch, groups, 6, dim], float32: shift, scale, gate of attention, then of feed-forward.
            text: this block's `CrossAttention.key_value`.
            text_bias: [batch, text tokens] or None.
            rotary: [tokens, head_dim // 2, 2].

        Returns:
            [batch, tokens, dim], float32.
        """
        table = self.scale_shift_table.float() + modulation
        shift, scale, gate, ffn_shift, ffn_scale, ffn_gate = table.unbind(2)
        x = gated_add(x, self.attn1(modulated_norm(x, scale, shift, self.eps), rotary), gate)
        x = x + self.attn2(self._cross_norm(x), text, text_bias).float()
        return gated_add(x, self.ffn(modulated_norm(x, ffn_scale, ffn_shift, self.eps)), ffn_gate)

    def _cross_norm(self, x: Tensor) -> Tensor:
        if isinstance(self.norm2, nn.LayerNorm):
            norm = self.norm2
            return F.layer_norm(x, norm.normalized_shape, norm.weight.float(), norm.bias.float(), norm.eps)
        return x
