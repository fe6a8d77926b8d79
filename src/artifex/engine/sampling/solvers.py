"""Solvers of the flow equation: each step takes a velocity to the next latents; their state can be saved.

They compute what Diffusers' schedulers compute, bit for bit, when those are given the same sigmas. They are written
out because a checkpoint needs their whole state, and because importing the schedulers costs as much time as several
sampling steps (it loads torch's compiler).
"""

from collections.abc import Callable, Mapping
from typing import Protocol

from torch import Tensor

from artifex.engine.sampling.schedule import Schedule, flow_schedule
from artifex.errors import UnknownName


class Solver(Protocol):
    """One trajectory. Steps are taken in order; `index` counts them from 0."""

    schedule: Schedule

    def step(self, velocity: Tensor, index: int, latents: Tensor) -> Tensor:
        """Latents at the next noise level, from the model's velocity at this one; any shape, float32."""
        ...

    def state(self) -> Mapping[str, Tensor]:
        """Tensors that it keeps of earlier steps."""
        ...

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Resume from the `state` of another solver of the same schedule. Raises KeyError if it is not one."""
        ...


def clean_estimate(schedule: Schedule, velocity: Tensor, index: int, latents: Tensor) -> Tensor:
    """The clean latents that the velocity points to."""
    return latents - schedule.sigmas[index] * velocity


class EulerSolver:
    """First order: straight along the velocity."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule

    def step(self, velocity: Tensor, index: int, latents: Tensor) -> Tensor:
        """See `Solver`."""
        return latents + (self.schedule.sigmas[index + 1] - self.schedule.sigmas[index]) * velocity

    def state(self) -> Mapping[str, Tensor]:
        """Nothing: a step depends on the latents alone."""
        return {}

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """See `Solver`."""


def build_solver(name: str, steps: int, shift: float) -> Solver:
    """A solver at its first step.

    Args:
        name: "unipc", "dpm++" or "euler".
        steps: number of steps.
        shift: of the schedule, see `flow_schedule`.

    Raises:
        UnknownName: no solver has that name.
    """
    from artifex.engine.sampling.dpm import DpmSolver
    from artifex.engine.sampling.unipc import UniPCSolver

    kinds: dict[str, Callable[[Schedule], Solver]] = {
        "unipc": UniPCSolver,
        "dpm++": DpmSolver,
        "euler": EulerSolver,
    }
    if name not in kinds:
        raise UnknownName(f"There is no solver {name!r:.40}; choose {', '.join(kinds)}.")
    return kinds[name](flow_schedule(name, steps, shift))
