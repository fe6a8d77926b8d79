"""One velocity for a whole clip from several: of overlapping parts, after MultiDiffusion (arXiv:2302.08113), or chosen
by noise level."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from artifex.engine.sampling.guidance import Velocity
from artifex.engine.sampling.schedule import TRAIN_TIMESTEPS


@dataclass(frozen=True, slots=True)
class Part:
    """Frames of a clip that a network is shown, and the weight of its velocity there."""

    frames: slice
    """Latent frames."""
    weights: Sequence[float]
    """Blending weights above 0, one for each frame."""
    velocity: Velocity
    """The network with the condition of this part bound."""


def blended(parts: Sequence[Part]) -> Velocity:
    """The parts' velocities, averaged by weight where they overlap, at every step, which keeps the parts consistent.

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
    """`above` from the timestep that is this share of the training timesteps on, `below` under it."""

    def velocity(latents: Tensor, timesteps: Tensor) -> Tensor:
        noisy = int(timesteps.max()) >= boundary * TRAIN_TIMESTEPS
        return (above if noisy else below)(latents, timesteps)

    return velocity


def _within(timesteps: Tensor, frames: slice) -> Tensor:
    """A part's timesteps: a single one [1] applies to all parts; of one per frame [1, frames], the part's are taken."""
    return timesteps[:, frames] if timesteps.dim() == 2 and timesteps.shape[1] > 1 else timesteps
