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
    """One denoising network under the wanted and the unwanted condition."""

    conditional: Velocity
    unconditional: Velocity
    scale: float
    """1 follows the condition plainly; larger pushes away from the unconditional prediction."""
    alike: Callable[[], AbstractContextManager[None]] = nullcontext
    """Entered while both are asked about the same latents, so that what they have in common is computed once."""


@dataclass(frozen=True, slots=True)
class Experts:
    """One expert for all noise levels, or one above and one below a boundary (Wan2.2 A14B)."""

    low: Expert
    high: Expert | None = None
    boundary: float = 1.0
    """Share of the training timesteps from which on `high` is asked."""
    guided_steps: int | None = None
    """So many steps, from the first on, are guided, and the others follow the condition plainly; None for all."""
    turns: tuple[float, ...] = ()
    """Further shares of the training timesteps at which what is asked changes (see `blending.by_noise`)."""

    def at(self, timestep: int) -> Expert:
        """The expert for an integer timestep."""
        return self.high if self.high is not None and self.is_high(timestep) else self.low

    def asked(self, index: int, timestep: int) -> Expert:
        """The expert of step `index`, as it is asked then."""
        expert = self.at(timestep)
        return expert if self.is_guided(index) else replace(expert, scale=1.0)

    def passes(self, index: int, timestep: int) -> int:
        """How many velocities a step asks for: two with guidance."""
        return 1 if self.at(timestep).scale == 1.0 or not self.is_guided(index) else 2

    def is_high(self, timestep: int) -> bool:
        """Whether it is the high-noise expert that is asked, where there is one."""
        return self.high is not None and timestep >= self.boundary * TRAIN_TIMESTEPS

    def stretch(self, index: int, timestep: int) -> tuple[bool, ...]:
        """What is asked at a step, in a word: it is the same for neighbours between which nothing changes but noise."""
        beyond = (timestep >= turn * TRAIN_TIMESTEPS for turn in self.turns)
        return self.is_high(timestep), self.is_guided(index), *beyond

    def is_guided(self, index: int) -> bool:
        """Whether guidance has not ended yet."""
        return self.guided_steps is None or index < self.guided_steps


def guided_velocity(expert: Expert, latents: Tensor, timesteps: Tensor) -> Tensor:
    """`unconditional + scale * (conditional - unconditional)`; at scale 1 that is the conditional, asked alone."""
    if expert.scale == 1.0:
        return expert.conditional(latents, timesteps)
    with expert.alike():
        conditional = expert.conditional(latents, timesteps)
        unconditional = expert.unconditional(latents, timesteps)
    return unconditional + expert.scale * (conditional - unconditional)
