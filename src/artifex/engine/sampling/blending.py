"""One velocity for a whole clip from several: of its parts, after MultiDiffusion (arXiv:2302.08113), or by noise."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from artifex.engine.sampling.guidance import Velocity
from artifex.engine.sampling.schedule import TRAIN_TIMESTEPS


@dataclass(frozen=True, slots=True)
class Part:
    """What a network is shown of a clip, and how much its word counts there."""

    frames: slice
    """Latent frames."""
    weights: Sequence[float]
    """Above 0, one for each frame."""
    velocity: Velocity
    """The network with the condition of this part bound."""


def blended(parts: Sequence[Part]) -> Velocity:
    """The parts' velocities, averaged by weight where they overlap, at every step: so none of them drifts away.

    The parts have to cover all frames.
    """

    def velocity(latents: Tensor, timesteps: Tensor) -> Tensor:
        total: Tensor | None = None
        weight = torch.zeros(latents.shape[2], device=latents.device)
        for part in parts:
            seen = part.velocity(latents[:, :, part.frames], _within(timesteps, part.frames))
            weights = torch.tensor(part.weights, device=latents.device)
            if total is None:
                total = seen.new_zeros((*seen.shape[:2], latents.shape[2], *seen.shape[3:]))
            total[:, :, part.frames] += seen * weights[:, None, None]
            weight[part.frames] += weights
        assert total is not None
        return total / weight[:, None, None]

    return velocity


def by_noise(boundary: float, above: Velocity, below: Velocity) -> Velocity:
    """`above` from a share of the training timesteps on, `below` under it."""

    def velocity(latents: Tensor, timesteps: Tensor) -> Tensor:
        noisy = int(timesteps.max()) >= boundary * TRAIN_TIMESTEPS
        return (above if noisy else below)(latents, timesteps)

    return velocity


def _within(timesteps: Tensor, frames: slice) -> Tensor:
    """One for the whole clip [1] is everybody's; of one for each frame [1, frames], those of the part."""
    return timesteps[:, frames] if timesteps.dim() == 2 and timesteps.shape[1] > 1 else timesteps
