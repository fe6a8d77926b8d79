"""Encodes states of a voice to the audio tokens of each latent frame; in float32 throughout.

Names of parameters are the authors' ("casual" included).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from artifex.catalog.wan.transformer_block import linear_float32

_EPS = 1e-6


class _CausalConv1d(nn.Module):
    """A causal convolution along time; the first step is repeated as padding."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.stride = stride
        self.conv = nn.Conv1d(inputs, outputs, kernel_size=3, stride=stride)

    def forward(self, x: Tensor) -> Tensor:
        """[batch, inputs, steps] -> [batch, outputs, steps / stride rounded up], float32."""
        assert self.conv.bias is not None
        x = F.pad(x, (self.conv.kernel_size[0] - 1, 0), mode="replicate")
        return F.conv1d(x, self.conv.weight.float(), self.conv.bias.float(), stride=self.stride)


class _VoiceTower(nn.Module):
    """Two towers of three convolutions, the last two shared: for a latent frame's tokens, and for one vector."""

    def __init__(self, inputs: int, dim: int, tokens: int) -> None:
        super().__init__()
        self.tokens = tokens
        self.conv1_local = _CausalConv1d(inputs, dim // 4 * tokens, stride=1)
        self.conv1_global = _CausalConv1d(inputs, dim // 4, stride=1)
        self.conv2 = _CausalConv1d(dim // 4, dim // 2, stride=2)
        self.conv3 = _CausalConv1d(dim // 2, dim, stride=2)
        self.final_linear = nn.Linear(dim, dim)
        self.padding_tokens = nn.Parameter(torch.zeros(1, 1, 1, dim))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """[batch, inputs, frames] -> tokens [batch, latent frames, tokens + 1, dim] and [batch, latent frames, dim]."""
        batch = len(x)
        local = self.conv1_local(x).unflatten(1, (self.tokens, -1)).flatten(0, 1)
        local = self._shared(local).unflatten(0, (batch, self.tokens)).transpose(1, 2)
        padding = self.padding_tokens.float().expand(batch, local.shape[1], -1, -1)
        whole = linear_float32(self.final_linear, self._shared(self.conv1_global(x)))
        return torch.cat((local, padding), dim=2), whole

    def _shared(self, x: Tensor) -> Tensor:
        """[batch, dim / 4, frames] -> [batch, frames / 4, dim]."""
        for convolution in (self.conv2, self.conv3):
            x = convolution(_normed(x).transpose(1, 2))
        return _normed(x)


def _normed(x: Tensor) -> Tensor:
    """SiLU of the layer norm, [batch, channels, steps] -> [batch, steps, channels]."""
    return F.silu(F.layer_norm(x.transpose(1, 2), (x.shape[1],), eps=_EPS))


class CausalAudioEncoder(nn.Module):
    """A learned mixture of wav2vec2's layers, then two towers of causal convolutions."""

    def __init__(self, inputs: int, layers: int, dim: int, tokens: int) -> None:
        super().__init__()
        self.encoder = _VoiceTower(inputs, dim, tokens)
        self.weights = nn.Parameter(torch.full((1, layers, 1, 1), 0.01))

    def forward(self, states: Tensor) -> tuple[Tensor, Tensor]:
        """Tokens and vectors of latent frames.

        Args:
            states: of every layer, [batch, layers, inputs, frames].

        Returns:
            [batch, frames / 4 rounded up, tokens + 1, dim] and [batch, frames / 4 rounded up, dim], float32.
        """
        with torch.autocast(device_type=states.device.type, enabled=False):
            weights = F.silu(self.weights.float())
            mixed = (states.float() * weights / weights.sum(dim=1, keepdim=True)).sum(dim=1)
            return self.encoder(mixed)
