"""Wan2.1 image-to-video: projects CLIP states of a picture to the width of the transformer."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class PictureEmbedder(nn.Module):
    """Norm, linear, GELU, linear, norm; the names are those of Diffusers' WanImageEmbedding."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(inputs)
        self.ff = _FeedForward(inputs, outputs)
        self.norm2 = nn.LayerNorm(outputs)

    def forward(self, states: Tensor) -> Tensor:
        """[batch, tokens, inputs] -> [batch, tokens, outputs], in the dtype of the weights."""
        return _norm(self.norm2, self.ff(_norm(self.norm1, states)))


class _FeedForward(nn.Module):
    """The Identity stands for Diffusers' dropout, to keep the names."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.net = nn.Sequential(_Projection(inputs), nn.Identity(), nn.Linear(inputs, outputs))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class _Projection(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.proj = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        return F.gelu(self.proj(x))


def _norm(norm: nn.LayerNorm, x: Tensor) -> Tensor:
    """Computed in float32, returned in the dtype of the weights."""
    with torch.autocast(device_type=x.device.type, enabled=False):
        normed = F.layer_norm(x.float(), norm.normalized_shape, norm.weight.float(), norm.bias.float(), norm.eps)
    return normed.to(norm.weight.dtype)
