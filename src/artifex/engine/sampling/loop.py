"""The one sampling loop. A task differs by its conditioner, a model by its experts, a method by its solver."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from torch import Tensor

from artifex.engine.sampling.guidance import Experts, guided_velocity
from artifex.engine.sampling.solvers import Solver, clean_estimate
from artifex.engine.sampling.step_cache import StepCache
from artifex.errors import Interrupted


class Conditioner(Protocol):
    """What pictures, poses and earlier segments do to the latents around the network."""

    def start(self, noise: Tensor) -> Tensor:
        """Latents before the first step, from noise [1, channels, frames, height, width]."""
        ...

    def model_input(self, latents: Tensor) -> Tensor:
        """What the network is shown: the latents, perhaps with further channels."""
        ...

    def timesteps(self, timestep: int, latents: Tensor) -> Tensor:
        """The network's timesteps for these latents: [1], or [1, groups] where parts of the clip are already clean."""
        ...

    def after_step(self, latents: Tensor) -> Tensor:
        """Latents as they go into the next step; also, before they are shown, the clean ones expected."""
        ...


@dataclass(frozen=True, slots=True)
class Watch:
    """Who looks on while latents are sampled."""

    on_step: Callable[[int, Tensor], None]
    """Told the number of steps done and the clean latents expected now; may raise Interrupted."""
    on_checkpoint: Callable[[int, Tensor], None]
    """Given the number of steps done and the latents: every `every` steps, after the last, before an interruption."""
    every: int


def sample(
    solver: Solver,
    experts: Experts,
    conditioner: Conditioner,
    latents: Tensor,
    watch: Watch,
    done: int = 0,
    cache: StepCache | None = None,
) -> Tensor:
    """Walk the latents from noise to clean.

    Args:
        solver: at its first step, or restored to step `done`.
        experts: the networks.
        conditioner: the task.
        latents: [1, channels, frames, height, width] float32: `conditioner.start(noise)`, or a checkpoint's.
        watch: told of every step.
        done: steps already taken.
        cache: decides which steps are computed, at its start or restored to step `done`; None computes all.

    Returns:
        Clean latents of the same shape.

    Raises:
        Interrupted: `watch.on_step` asked for it, or a network is not here; if a step was taken, the checkpoint was
            handed over before.
    """
    for index in range(done, solver.schedule.steps):
        ask = partial(_ask, experts, conditioner, index, int(solver.schedule.timesteps[index]), latents)
        try:
            velocity = ask() if cache is None else cache.velocity(index, latents, ask)
        except Interrupted:  # whoever has the network goes on from here
            if index > done and index % watch.every:
                watch.on_checkpoint(index, latents)
            raise
        expected = conditioner.after_step(clean_estimate(solver.schedule, velocity, index, latents))
        latents = conditioner.after_step(solver.step(velocity, index, latents))
        _report(watch, index + 1, solver.schedule.steps, latents, expected)
    return latents


def _ask(experts: Experts, conditioner: Conditioner, index: int, timestep: int, latents: Tensor) -> Tensor:
    timesteps = conditioner.timesteps(timestep, latents)
    return guided_velocity(experts.asked(index, timestep), conditioner.model_input(latents), timesteps)


def _report(watch: Watch, done: int, steps: int, latents: Tensor, expected: Tensor) -> None:
    kept = done == steps or done % watch.every == 0
    if kept:
        watch.on_checkpoint(done, latents)
    try:
        watch.on_step(done, expected)
    except Interrupted:
        if not kept:
            watch.on_checkpoint(done, latents)
        raise
