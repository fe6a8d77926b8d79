"""What a Wan clip is conditioned on, and the conditioners that feed pictures into the sampling loop."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from artifex.engine.sampling.loop import Conditioner
from artifex.recipe import Lora


@dataclass(frozen=True, slots=True)
class Conditioning:
    """What `WanModel.encode` returns for a recipe."""

    prompt: Tensor
    """Text states of the prompt, [1, tokens, text_dim]."""
    negative: Tensor
    """Text states of the negative prompt."""
    later_prompts: Sequence[Tensor] = ()
    """Text states of the prompts that take over during the clip, in order."""
    start: Tensor | None = None
    """Normalised latents of the frames a clip starts with, [1, channels, frames, height, width]."""
    channels: Tensor | None = None
    """Channels concatenated to the latents at every step, [1, 4 + channels, frames, height, width]."""
    picture: Tensor | None = None
    """CLIP states of the picture, [1, tokens, image_dim], for networks that cross-attend to it."""
    loras: Sequence[tuple[Lora, Path]] = ()
    """LoRAs, each with its file."""


class TextConditioner:
    """Conditions on the prompt alone: latents pass through unchanged."""

    def start(self, noise: Tensor) -> Tensor:
        """See `Conditioner`."""
        return noise

    def model_input(self, latents: Tensor) -> Tensor:
        """See `Conditioner`."""
        return latents

    def timesteps(self, timestep: int, latents: Tensor) -> Tensor:
        """One for the whole clip, [1]."""
        return torch.tensor([timestep], device=latents.device)

    def after_step(self, latents: Tensor) -> Tensor:
        """See `Conditioner`."""
        return latents


class CleanStartConditioner(TextConditioner):
    """Wan2.2 TI2V: the first latent frames are given, marked clean by timestep 0 and put back after every step."""

    def __init__(self, start: Tensor) -> None:
        """Hold the given latents, normalised, [1, channels, frames, height, width]."""
        self._start = start

    def start(self, noise: Tensor) -> Tensor:
        """The given frames, then noise."""
        return self.after_step(noise)

    def timesteps(self, timestep: int, latents: Tensor) -> Tensor:
        """One for each latent frame, [1, frames]: 0 where it is given, else `timestep`."""
        timesteps = torch.full((1, latents.shape[2]), timestep, device=latents.device)
        timesteps[:, : self._start.shape[2]] = 0
        return timesteps

    def after_step(self, latents: Tensor) -> Tensor:
        """Put the given frames back."""
        return torch.cat((self._start, latents[:, :, self._start.shape[2] :]), dim=2)


class ChannelConditioner(TextConditioner):
    """Wan I2V: a mask and the latents of the given frames are further channels of the network's input."""

    def __init__(self, channels: Tensor) -> None:
        """Take the result of `given_channels`."""
        self._channels = channels

    def model_input(self, latents: Tensor) -> Tensor:
        """[1, channels, ...] -> [1, 2 * channels + 4, ...]."""
        return torch.cat((latents, self._channels.to(latents)), dim=1)


def given_channels(mask: Tensor, latents: Tensor) -> Tensor:
    """Mask [4, frames] and latents [1, channels, frames, height, width] -> [1, 4 + channels, frames, height, width]."""
    shown = mask.to(latents)[None, :, :, None, None].expand(1, -1, -1, *latents.shape[3:])
    return torch.cat((shown, latents), dim=1)


def conditioner_for(conditioning: Conditioning) -> Conditioner:
    """The conditioner a clip needs."""
    if conditioning.channels is not None:
        return ChannelConditioner(conditioning.channels)
    if conditioning.start is not None:
        return CleanStartConditioner(conditioning.start)
    return TextConditioner()
