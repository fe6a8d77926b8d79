"""The umT5 encoder (arXiv:2304.09151) in plain torch, with the parameter names of transformers' UMT5EncoderModel.

Reimplemented because importing the transformers class takes seconds (it pulls in torch's compiler); tests compare it
with that class and with the authors' encoder.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from artifex.catalog.wan.umt5_config import UMT5Config
from artifex.engine.memory.stream import BlockStream, walk

__all__ = ["UMT5Config", "UMT5Encoder"]


class _Norm(nn.Module):
    def __init__(self, config: UMT5Config) -> None:
        super().__init__()
        self.eps = config.layer_norm_epsilon
        self.weight = nn.Parameter(torch.ones(config.d_model))

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x.float(), self.weight.shape, eps=self.eps).to(self.weight.dtype) * self.weight


class _SelfAttention(nn.Module):
    """Unscaled attention with a learned relative position bias, separate in every layer."""

    def __init__(self, config: UMT5Config) -> None:
        super().__init__()
        width = config.num_heads * config.d_kv
        self.heads = config.num_heads
        self.q = nn.Linear(config.d_model, width, bias=False)
        self.k = nn.Linear(config.d_model, width, bias=False)
        self.v = nn.Linear(config.d_model, width, bias=False)
        self.o = nn.Linear(width, config.d_model, bias=False)
        self.relative_attention_bias = nn.Embedding(config.relative_attention_num_buckets, config.num_heads)

    def forward(self, x: Tensor, buckets: Tensor, mask: Tensor | None) -> Tensor:
        query, key, value = (
            layer(x).unflatten(2, (self.heads, -1)).transpose(1, 2) for layer in (self.q, self.k, self.v)
        )
        bias: Tensor = self.relative_attention_bias(buckets).permute(2, 0, 1)[None]
        if mask is not None:
            bias = bias.masked_fill(~mask[:, None, None], -math.inf)
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=bias, scale=1.0)
        return self.o(mixed.transpose(1, 2).flatten(2))


class _GatedFeedForward(nn.Module):
    """Its output overflows float16; with float16 weights it is float32, like the residual stream after it."""

    def __init__(self, config: UMT5Config) -> None:
        super().__init__()
        self.wi_0 = nn.Linear(config.d_model, config.d_ff, bias=False)
        self.wi_1 = nn.Linear(config.d_model, config.d_ff, bias=False)
        self.wo = nn.Linear(config.d_ff, config.d_model, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        hidden = F.gelu(self.wi_0(x), approximate="tanh") * self.wi_1(x)
        if hidden.dtype == torch.float16:
            return F.linear(hidden.float(), self.wo.weight.float())
        return self.wo(hidden)


class _AttentionLayer(nn.Module):
    def __init__(self, config: UMT5Config) -> None:
        super().__init__()
        self.SelfAttention = _SelfAttention(config)
        self.layer_norm = _Norm(config)

    def forward(self, x: Tensor, buckets: Tensor, mask: Tensor | None) -> Tensor:
        return x + self.SelfAttention(self.layer_norm(x), buckets, mask)


class _FeedForwardLayer(nn.Module):
    def __init__(self, config: UMT5Config) -> None:
        super().__init__()
        self.DenseReluDense = _GatedFeedForward(config)
        self.layer_norm = _Norm(config)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.DenseReluDense(self.layer_norm(x))


class _Block(nn.Module):
    def __init__(self, config: UMT5Config) -> None:
        super().__init__()
        self.layer = nn.ModuleList([_AttentionLayer(config), _FeedForwardLayer(config)])

    def forward(self, x: Tensor, buckets: Tensor, mask: Tensor | None) -> Tensor:
        return self.layer[1](self.layer[0](x, buckets, mask))


class _Stack(nn.Module):
    def __init__(self, config: UMT5Config) -> None:
        super().__init__()
        self.block = nn.ModuleList(_Block(config) for _ in range(config.num_layers))
        self.final_layer_norm = _Norm(config)


class UMT5Encoder(nn.Module):
    """Encodes token ids to one state per token."""

    stream: BlockStream | None = None
    """Brings the blocks to the device, where not all of them stay there."""

    def __init__(self, config: UMT5Config) -> None:
        super().__init__()
        self.config = config
        self.shared = nn.Embedding(config.vocab_size, config.d_model)
        self.encoder = _Stack(config)

    def forward(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """Encode.

        Args:
            ids: token ids, int64 [batch, tokens].
            mask: True where a token is real, [batch, tokens]; None when all are.

        Returns:
            [batch, tokens, d_model]; meaningless where `mask` is False.
        """
        buckets = relative_buckets(ids.shape[1], self.config).to(ids.device)
        x = self.shared(ids.to(self.shared.weight.device)).to(ids.device)
        for block in walk(self.encoder.block, self.stream):
            x = block(x, buckets, mask)
        return self.encoder.final_layer_norm(x)


def relative_buckets(length: int, config: UMT5Config) -> Tensor:
    """Bucket of each (query, key) distance, int64 [length, length].

    Half of the buckets are for keys before the query, half for keys after it; in each half the first are exact, the
    others grow logarithmically up to the maximal distance (T5, arXiv:1910.10683).
    """
    half = config.relative_attention_num_buckets // 2
    exact = half // 2
    position = torch.arange(length)
    offset = position[None] - position[:, None]
    distance = offset.abs()
    growth = math.log(config.relative_attention_max_distance / exact)
    far = exact + (torch.log(distance.clamp(min=1).float() / exact) / growth * (half - exact)).long()
    return (offset > 0) * half + torch.where(distance < exact, distance, far.clamp(max=half - 1))
