"""Classifier-free guidance (arXiv:2207.12598) and the choice between two experts."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from artifex.engine.sampling.schedule import TRAIN_TIMESTEPS

Velocity = Callable[[Tensor, Tensor], Tensor]
"""A network with its condition bound: (latents [batch, ...], timesteps [batch] or [batch, groups]) -> velocity."""


@dataclass(frozen=True, slots=True)
class Expert:
    """One denoising network under the wanted and the unwanted condition."""

    conditional: Velocity
    unconditional: Velocity
    scale: float
    """1 follows the condition plainly; larger pushes away from the unconditional prediction."""


@dataclass(frozen=True, slots=True)
class Experts:
    """One expert for all noise levels, or one above and one below a boundary (Wan2.2 A14B)."""

    low: Expert
    high: Expert | None = None
    boundary: float = 1.0
    """Share of the training timesteps from which on `high` is asked."""

    def at(self, timestep: int) -> Expert:
        """The expert for an integer timestep."""
        if self.high is not None and timestep >= self.boundary * TRAIN_TIMESTEPS:
            return self.high
        return self.low


def guided_velocity(expert: Expert, latents: Tensor, timesteps: Tensor) -> Tensor:
    """`unconditional + scale * (conditional - unconditional)`; at scale 1 that is the conditional, asked alone."""
    conditional = expert.conditional(latents, timesteps)
    if expert.scale == 1.0:
        return conditional
    unconditional = expert.unconditional(latents, timesteps)
    return unconditional + expert.scale * (conditional - unconditional)
