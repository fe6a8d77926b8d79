"""Classifier-free guidance (arXiv:2207.12598) and the choice between two experts."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

from torch import Tensor

from artifex.engine.sampling.schedule import TRAIN_TIMESTEPS

Velocity = Callable[[Tensor, Tensor], Tensor]
"""A network with its condition bound: (latents [batch, ...], timesteps [batch] or [batch, groups]) -> velocity."""


@dataclass(frozen=True, slots=True)
class Expert:
    """One denoising network, with the positive and with the negative condition bound."""

    conditional: Velocity
    unconditional: Velocity
    scale: float
    """Guidance scale: 1 uses the conditional prediction alone; larger pushes away from the unconditional one."""
    alike: Callable[[], AbstractContextManager[None]] = nullcontext
    """Context in which both are called with the same latents, so that what they have in common is computed once."""


@dataclass(frozen=True, slots=True)
class Experts:
    """One expert for all noise levels, or one each above and below a boundary (Wan2.2 A14B)."""

    low: Expert
    high: Expert | None = None
    boundary: float = 1.0
    """Share of the training timesteps from which on `high` is used."""
    guided_steps: int | None = None
    """Number of steps, from the first on, that use guidance; the others use scale 1. None for all."""
    turns: tuple[float, ...] = ()
    """Further shares of the training timesteps at which the velocity function switches (see `blending.by_noise`)."""

    def at(self, timestep: int) -> Expert:
        """The expert for an integer timestep."""
        return self.high if self.high is not None and self.is_high(timestep) else self.low

    def asked(self, index: int, timestep: int) -> Expert:
        """The expert of step `index`, with scale 1 if that step is not guided."""
        expert = self.at(timestep)
        return expert if self.is_guided(index) else replace(expert, scale=1.0)

    def passes(self, index: int, timestep: int) -> int:
        """Number of network passes in a step: two with guidance."""
        return 1 if self.at(timestep).scale == 1.0 or not self.is_guided(index) else 2

    def is_high(self, timestep: int) -> bool:
        """Whether there is a high-noise expert and the timestep is in its range."""
        return self.high is not None and timestep >= self.boundary * TRAIN_TIMESTEPS

    def stretch(self, index: int, timestep: int) -> tuple[bool, ...]:
        """A key of the velocity function used at a step: equal for steps that differ in noise level only."""
        beyond = (timestep >= turn * TRAIN_TIMESTEPS for turn in self.turns)
        return self.is_high(timestep), self.is_guided(index), *beyond

    def is_guided(self, index: int) -> bool:
        """Whether step `index` is among the guided steps."""
        return self.guided_steps is None or index < self.guided_steps


def guided_velocity(expert: Expert, latents: Tensor, timesteps: Tensor) -> Tensor:
    """`unconditional + scale * (conditional - unconditional)`; at scale 1 only the conditional is computed."""
    if expert.scale == 1.0:
        return expert.conditional(latents, timesteps)
    with expert.alike():
        conditional = expert.conditional(latents, timesteps)
        unconditional = expert.unconditional(latents, timesteps)
    return unconditional + expert.scale * (conditional - unconditional)
