"""Linear map from latents to small RGB frames, quick enough for live previews during sampling."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from artifex.catalog.wan.vae import WanVAE

_CLIPS = 16
_CELLS = 4


class LinearPreview:
    """One colour for each latent cell."""

    def __init__(self, factors: Tensor) -> None:
        """Take the map, [channels + 1, 3]; the last row is the offset."""
        self._factors = factors

    def frames(self, latents: Tensor) -> NDArray[np.uint8]:
        """Latents [channels, frames, height, width] -> RGB [frames, height, width, 3]."""
        cells = latents.float().movedim(0, -1)
        colours = cells @ self._factors[:-1].to(cells) + self._factors[-1].to(cells)
        return to_uint8(colours.clamp(-1.0, 1.0)).cpu().numpy()


def to_uint8(video: Tensor) -> Tensor:
    """[-1, 1] to 0..255, truncated as the authors' writer does."""
    return ((video + 1) / 2 * 255).to(torch.uint8)


@torch.inference_mode()
def fit_preview(vae: WanVAE) -> LinearPreview:
    """Fit the map to a VAE by least squares on small clips of smooth random colours that it encodes.

    This needs no stored factors and works for every checkpoint; a small VAE takes a fraction of a second.
    """
    config = vae.config
    device, generator = vae.quant_conv.weight.device, torch.Generator().manual_seed(0)
    colours = torch.rand((_CLIPS, 3, _CELLS, _CELLS), generator=generator) * 2 - 1
    picture = F.interpolate(colours, scale_factor=config.spatial_factor, mode="bilinear").to(device)
    clip = picture[:, :, None].expand(-1, -1, 1 + config.temporal_factor, -1, -1)
    latents = vae.encode(clip).movedim(1, -1)
    target = F.avg_pool2d(picture, config.spatial_factor)[:, :, None].expand(-1, -1, latents.shape[1], -1, -1)
    samples = latents.reshape(-1, latents.shape[-1])
    samples = torch.cat((samples, torch.ones_like(samples[:, :1])), dim=1).double()
    wanted = target.movedim(1, -1).reshape(-1, 3).double()
    # Ridge regression: there may be more channels than the samples determine.
    gram = samples.T @ samples + 1e-2 * torch.eye(samples.shape[1], dtype=torch.float64, device=device)
    return LinearPreview(torch.linalg.solve(gram, samples.T @ wanted).float())
