"""Steps that need not be computed: the last velocity is taken again while it can have changed but little.

After EasyCache (arXiv:2507.02860), which needs no numbers of the network: how much a velocity changes with the latents
is seen at the steps that are computed. Around the guided velocity, so that a step that is saved saves both passes.
Where EasyCache keeps what the network adds to its input, the velocity itself is kept, which on the straight paths of a
flow changes less.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from artifex.engine.sampling.guidance import Experts
from artifex.engine.sampling.schedule import Schedule

_WARM_UP = 2
"""Steps of a stretch that tell how much a velocity changes."""
_SMALLEST = 1e-12
"""Stands in for no size at all."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What the cache may do at one step."""

    begins: bool
    """Nothing from before it can be taken."""
    threshold: float
    """Relative change of the velocity below which it may be taken again; 0 keeps nothing."""
    free: bool
    """Whether the step may be saved at all."""


def turns(experts: Experts, schedule: Schedule, thresholds: tuple[float, float]) -> tuple[Turn, ...]:
    """One for each step of a schedule.

    A stretch is the steps between which neither the expert changes nor what it is asked. Of each, the first two are
    computed, which tell the rate of change, and the last, on which the next one's networks rest their coming.

    Args:
        experts: the networks.
        schedule: which steps there are.
        thresholds: at low and at high noise, as guidance has it; 0 saves nothing.
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
    """One trajectory's. Steps are taken in order; its state is a checkpoint's, as a solver's is."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        self._turns = turns
        self._memory: dict[str, Tensor] = {}
        self.reused = False
        """Whether the last step was saved."""

    def velocity(self, index: int, latents: Tensor, compute: Callable[[], Tensor]) -> Tensor:
        """The velocity of a step: computed, or the last one that was.

        Args:
            index: of the step, from 0.
            latents: before it, any shape.
            compute: asks the networks; the result has the shape of the latents.
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
        """Go on where another cache of the same steps gave this `state`; an empty one forgets."""
        self._memory = dict(state)

    def _change(self, latents: Tensor) -> float:
        """By how much of itself the velocity has changed since it was last computed, as far as the rate tells."""
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
