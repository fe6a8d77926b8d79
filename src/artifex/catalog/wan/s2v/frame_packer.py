"""Packs frames before a segment into few tokens: the nearer a frame, the finer its patches (FramePack,
arXiv:2504.12626)."""

import numpy as np
import torch
from torch import Tensor, nn

from artifex.catalog.wan.rotary import Positions, rotary_at
from artifex.catalog.wan.s2v.config import PACKS, Pack, SpeechConfig

_PACKED_FRAMES = sum(pack.frames for pack in PACKS)
"""Number of latent frames that are packed."""


class FramePacker(nn.Module):
    """Embeds latents of earlier frames as tokens at negative times."""

    def __init__(self, config: SpeechConfig) -> None:
        super().__init__()
        self.head_dim = config.attention_head_dim
        self.proj, self.proj_2x, self.proj_4x = (
            nn.Conv3d(config.in_channels, config.dim, kernel_size=pack.patch, stride=pack.patch) for pack in PACKS
        )

    def forward(self, motion: Tensor) -> tuple[Tensor, Tensor]:
        """Tokens and their positions.

        Args:
            motion: latents of earlier frames, the nearest last, [1, channels, frames, height, width]; missing ones are
                zeros.

        Returns:
            [1, tokens, dim] and position table [tokens, head_dim // 2, 2].
        """
        padding = motion.new_zeros(*motion.shape[:2], _PACKED_FRAMES, *motion.shape[3:])
        frames = torch.cat((padding, motion), dim=2)[:, :, -_PACKED_FRAMES:]
        tokens: list[Tensor] = []
        tables: list[Tensor] = []
        end = _PACKED_FRAMES
        for pack, projection in zip(PACKS, (self.proj, self.proj_2x, self.proj_4x), strict=True):
            start = end - pack.frames
            packed: Tensor = projection(frames[:, :, start:end].to(projection.weight.dtype))
            tokens.append(packed.flatten(2).transpose(1, 2).float())
            places = _places(pack, _PACKED_FRAMES - start, packed.shape, motion.shape)
            tables.append(rotary_at(self.head_dim, places, motion.device))
            end = start
        return torch.cat(tokens, dim=1), torch.cat(tables)


def _places(pack: Pack, farthest: int, packed: torch.Size, motion: torch.Size) -> Positions:
    """Positions of one pack's tokens: times from its farthest frame on, rows and columns spread over the video's grid.

    Integers, rounded towards zero, as in the authors' code.
    """
    times = np.linspace(farthest, farthest - pack.frames + 1, packed[2]).astype(int)
    rows = np.linspace(0, motion[3] // 2 - 1, packed[3]).astype(int)
    columns = np.linspace(0, motion[4] // 2 - 1, packed[4]).astype(int)
    return tuple((-times).tolist()), tuple(rows.tolist()), tuple(columns.tolist())
