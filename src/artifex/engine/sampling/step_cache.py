"""Skips steps: the last velocity is used again while it is estimated to have changed only little.

After EasyCache (arXiv:2507.02860), which needs no figures of the network: how much a velocity changes with the latents
is measured at the steps that are computed. The guided velocity is cached, so that a skipped step saves both passes.
EasyCache reuses the difference between the network's output and input; this reuses the velocity itself, which changes
less on the straight paths of a flow.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from artifex.engine.sampling.guidance import Experts
from artifex.engine.sampling.schedule import Schedule

_WARM_UP = 2
"""Computed steps at the start of a stretch, which measure how much a velocity changes."""
_SMALLEST = 1e-12
"""Lower limit of divisors."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What the cache may do at one step."""

    begins: bool
    """Whether a stretch begins here, so that no earlier velocity can be used."""
    threshold: float
    """Relative change of the velocity below which it is used again; 0 caches nothing."""
    free: bool
    """Whether the step may be skipped at all."""


def turns(experts: Experts, schedule: Schedule, thresholds: tuple[float, float]) -> tuple[Turn, ...]:
    """One turn for each step of a schedule.

    A stretch is a run of steps with the same velocity function (`Experts.stretch`). Its first two steps are computed to
    measure the rate of change, and its last one because the next stretch's networks are brought in during it.

    Args:
        experts: the networks.
        schedule: of the trajectory.
        thresholds: of the low-noise and the high-noise expert; 0 skips nothing.
    """
    timesteps: list[int] = schedule.timesteps.tolist()
    stretches = [experts.stretch(index, timestep) for index, timestep in enumerate(timesteps)]
    begins = [True, *(before != after for before, after in pairwise(stretches))]
    ends = [*begins[1:], True]
    found: list[Turn] = []
    age = 0
    for timestep, first, last in zip(timesteps, begins, ends, strict=True):
        age = 0 if first else age + 1
        found.append(Turn(first, thresholds[experts.is_high(timestep)], age >= _WARM_UP and not last))
    return tuple(found)


class StepCache:
    """The cache of one trajectory. Steps are taken in order; checkpoints hold its state, like a solver's."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        self._turns = turns
        self._memory: dict[str, Tensor] = {}
        self.reused = False
        """Whether the last step was skipped."""

    def velocity(self, index: int, latents: Tensor, compute: Callable[[], Tensor]) -> Tensor:
        """The velocity of a step: computed, or the last one that was.

        Args:
            index: of the step, from 0.
            latents: before the step, any shape.
            compute: runs the networks; the result has the shape of the latents.
        """
        turn = self._turns[index]
        if turn.begins:
            self._memory = {}
        self.reused = turn.free and self._change(latents) < turn.threshold
        if self.reused:
            return self._memory["velocity"]
        velocity = compute()
        if turn.threshold > 0:
            self._remember(latents, velocity)
        return velocity

    def state(self) -> Mapping[str, Tensor]:
        """Latents and velocity of the last computed step, and the rate of change (float64, a single number)."""
        return self._memory

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Resume from the `state` of another cache of the same steps; an empty one clears the cache."""
        self._memory = dict(state)

    def _change(self, latents: Tensor) -> float:
        """Estimated relative change of the velocity since it was last computed; infinite while the rate is unknown."""
        if "rate" not in self._memory:
            return float("inf")
        moved = _size(latents - self._memory["latents"])
        return float(self._memory["rate"]) * moved / max(_size(self._memory["velocity"]), _SMALLEST)

    def _remember(self, latents: Tensor, velocity: Tensor) -> None:
        rate = {}
        if self._memory:
            moved = _size(latents - self._memory["latents"])
            changed = _size(velocity - self._memory["velocity"])
            rate = {"rate": torch.tensor(changed / max(moved, _SMALLEST), dtype=torch.float64)}
        self._memory = {"latents": latents, "velocity": velocity, **rate}


def _size(tensor: Tensor) -> float:
    """Mean of the absolute values."""
    return float(tensor.abs().mean(dtype=torch.float64))
