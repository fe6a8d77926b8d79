"""What a Wan clip is conditioned on, and the conditioners that bring pictures into the sampling loop."""

from dataclasses import dataclass

import torch
from torch import Tensor

from artifex.engine.sampling.loop import Conditioner


@dataclass(frozen=True, slots=True)
class Conditioning:
    """What `WanModel.encode` makes of a recipe."""

    prompt: Tensor
    """States of the wanted prompt, [1, tokens, text_dim]."""
    negative: Tensor
    """States of the unwanted one."""
    first_frame: Tensor | None = None
    """Normalised latent of the picture a clip starts with, [1, channels, 1, height, width]."""


class TextConditioner:
    """Nothing but the prompt: the latents go through as they are."""

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


class FirstFrameConditioner:
    """Wan2.2 TI2V: the first latent frame is the picture's, declared clean by timestep 0 and put back every step."""

    def __init__(self, first_frame: Tensor) -> None:
        """Hold the picture's normalised latent, [1, channels, 1, height, width]."""
        self._first_frame = first_frame

    def start(self, noise: Tensor) -> Tensor:
        """The picture, then noise."""
        return self.after_step(noise)

    def model_input(self, latents: Tensor) -> Tensor:
        """See `Conditioner`."""
        return latents

    def timesteps(self, timestep: int, latents: Tensor) -> Tensor:
        """One per latent frame, [1, frames]: 0, then `timestep`."""
        timesteps = torch.full((1, latents.shape[2]), timestep, device=latents.device)
        timesteps[:, 0] = 0
        return timesteps

    def after_step(self, latents: Tensor) -> Tensor:
        """Put the picture back."""
        return torch.cat((self._first_frame, latents[:, :, 1:]), dim=2)


def conditioner_for(conditioning: Conditioning) -> Conditioner:
    """The conditioner a clip needs."""
    if conditioning.first_frame is None:
        return TextConditioner()
    return FirstFrameConditioner(conditioning.first_frame)
