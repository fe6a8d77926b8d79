"""Decoding tile by tile: device memory grows with the tile, not with the picture.

Each tile is decoded over the whole clip, independently of the others, and neighbours are blended where they overlap, as
in Diffusers' tiled decoding. The result is close to that of a whole decode, but not equal.
"""

from collections.abc import Iterator

import torch
from torch import Tensor

from artifex.catalog.wan.vae import WanVAE
from artifex.engine.tiles import blend_weights, tile_starts


def decode_tiled(vae: WanVAE, latents: Tensor, tile: int, *, by_frame: bool = False) -> Iterator[Tensor]:
    """`WanVAE.decode` in tiles. All frames are held in host memory, in float32, until the last tile is done.

    Args:
        vae: the decoder.
        latents: normalised, [1, z_dim, frames, height, width].
        tile: side of a tile in latent cells, at least `OVERLAP`.
        by_frame: see `WanVAE.decode`.

    Yields:
        [1, 3, 1 or 4, height * factor, width * factor], float32 in [-1, 1], on the CPU.
    """
    frames, height, width = latents.shape[2:]
    rows, columns = tile_starts(height, tile), tile_starts(width, tile)
    factor, temporal = vae.config.spatial_factor, vae.config.temporal_factor
    row_weights = blend_weights([row * factor for row in rows], height * factor, tile * factor)
    column_weights = blend_weights([column * factor for column in columns], width * factor, tile * factor)
    video = torch.zeros((1, 3, 1 + (frames - 1) * temporal, height * factor, width * factor))
    for row, down in zip(rows, row_weights, strict=True):
        for column, across in zip(columns, column_weights, strict=True):
            part = latents[..., row : row + tile, column : column + tile]
            weight = (down[:, None] * across).to(latents.device)
            target = video[..., row * factor :, column * factor :][..., : weight.shape[0], : weight.shape[1]]
            done = 0
            for chunk in vae.decode(part, by_frame=by_frame):
                target[:, :, done : done + chunk.shape[2]] += (chunk * weight).cpu()
                done += chunk.shape[2]
    yield from video.split([1, *[temporal] * (frames - 1)], dim=2)
