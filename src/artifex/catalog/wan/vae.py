"""The Wan VAE (arXiv:2503.20314, section 4.1) with the parameter names of Diffusers' AutoencoderKLWan.

Clips of 1 + 4n frames become 1 + n latent frames. Encoding and decoding process a clip in chunks (1 frame, then 4; one
latent frame at a time); each layer caches the last frames it saw, so memory does not grow with the length.
"""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from artifex.catalog.wan.vae_cache import Cache
from artifex.catalog.wan.vae_config import VaeConfig
from artifex.catalog.wan.vae_layers import CausalConv3d
from artifex.catalog.wan.vae_repeats import RestingEncoder, equal_neighbours
from artifex.catalog.wan.vae_scales import Decoder, Encoder

__all__ = ["VaeConfig", "WanVAE"]


class WanVAE(nn.Module):
    """Encodes video to normalised latents and decodes them."""

    def __init__(self, config: VaeConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = Encoder(config)
        self.quant_conv = CausalConv3d(2 * config.z_dim, 2 * config.z_dim, (1, 1, 1))
        self.post_quant_conv = CausalConv3d(config.z_dim, config.z_dim, (1, 1, 1))
        self.decoder = Decoder(config)

    def encode(self, video: Tensor, *, by_frame: bool = False) -> Tensor:
        """Normalised latents, `(posterior mean - mean) / std`; the posterior is never sampled, as in Wan.

        Where a clip stands still, results are reused instead of computed again; see `vae_repeats.py`.

        Args:
            video: [batch, 3, 1 + 4n, height, width] in [-1, 1], sides divisible by `config.spatial_factor`.
            by_frame: use less memory for the same values; see `Encoder`.

        Returns:
            [batch, z_dim, 1 + n, height / factor, width / factor], float32.
        """
        factor = self.config.temporal_factor
        lengths = [1, *[factor] * ((video.shape[2] - 1) // factor)]
        chunks = video[:, :, : sum(lengths)].split(lengths, dim=2)
        encoder = RestingEncoder(self.encoder.parts(by_frame=by_frame))
        same = [*equal_neighbours(chunks), False]
        moments = [
            self.quant_conv.convolve(encoder.encode(self._patches(chunk), repeats=repeats, repeated=repeated))
            for chunk, repeats, repeated in zip(chunks, same, same[1:], strict=False)
        ]
        mean = torch.cat(moments, dim=2)[:, : self.config.z_dim].float()
        return (mean - self._statistic(self.config.latents_mean, mean)) / self._statistic(self.config.latents_std, mean)

    def decode(self, latents: Tensor, *, by_frame: bool = False) -> Iterator[Tensor]:
        """Yield the clip's frames as they are finished: 1, then 4 at a time.

        Args:
            latents: normalised, [batch, z_dim, frames, height, width].
            by_frame: use less memory for the same values; see `Decoder`.

        Yields:
            [batch, 3, 1 or 4, height * factor, width * factor], float32, clamped to [-1, 1].
        """
        cache = Cache()
        for latent in latents.split(1, dim=2):
            yield self.decode_next(latent, cache, by_frame=by_frame)

    def decode_next(self, latent: Tensor, cache: Cache, *, by_frame: bool = False) -> Tensor:
        """The frames of a clip's next latent frame [batch, z_dim, 1, height, width], as `decode` yields them.

        Where the cache has `rows`, `latent` has this process's rows only, and all processes of the group call this at
        the same time.
        """
        raw = latent.float() * self._statistic(self.config.latents_std, latent)
        raw = raw + self._statistic(self.config.latents_mean, latent)
        return self._pixels(raw, cache, by_frame=by_frame).float().clamp_(-1.0, 1.0)

    def decode_in(self, dtype: torch.dtype) -> None:
        """Decode in this dtype from now on; encoding stays in float32, because less would harm the picture."""
        self.decoder.to(dtype)
        self.post_quant_conv.to(dtype)

    def moments(self, video: Tensor) -> tuple[Tensor, Tensor]:
        """Posterior mean and log-variance, not normalised, of a whole clip in one pass; for training.

        Same values as chunk by chunk, but memory grows with the length.
        """
        mean, log_variance = self._moments(video, Cache()).chunk(2, dim=1)
        return mean, log_variance

    def pixels(self, raw: Tensor) -> Tensor:
        """Decode latents that are not normalised, in one pass and without clamping; for training."""
        return self._pixels(raw, Cache())

    def _moments(self, video: Tensor, cache: Cache) -> Tensor:
        return self.quant_conv(self.encoder(self._patches(video), cache), cache)

    def _patches(self, video: Tensor) -> Tensor:
        patches = patchify(video.to(self.quant_conv.weight.dtype), self.config.patch_size or 1)
        return patches.contiguous(memory_format=torch.channels_last_3d)

    def _pixels(self, raw: Tensor, cache: Cache, *, by_frame: bool = False) -> Tensor:
        raw = raw.to(self.post_quant_conv.weight.dtype).contiguous(memory_format=torch.channels_last_3d)
        patches = self.decoder(self.post_quant_conv(raw, cache), cache, by_frame=by_frame)
        return unpatchify(patches, self.config.patch_size or 1)

    def _statistic(self, values: tuple[float, ...], like: Tensor) -> Tensor:
        return torch.tensor(values, dtype=torch.float32, device=like.device).view(1, -1, 1, 1, 1)


def patchify(video: Tensor, size: int) -> Tensor:
    """[batch, channels, frames, height, width] -> [batch, channels * size^2, frames, height / size, width / size].

    Each channel becomes a run of channels ordered by column, then row, within the patch.
    """
    patches = video.unflatten(4, (-1, size)).unflatten(3, (-1, size))
    return patches.permute(0, 1, 6, 4, 2, 3, 5).flatten(1, 3)


def unpatchify(patches: Tensor, size: int) -> Tensor:
    """Inverse of `patchify`."""
    video = patches.unflatten(1, (-1, size, size))
    return video.permute(0, 1, 4, 5, 3, 6, 2).flatten(5, 6).flatten(3, 4)
