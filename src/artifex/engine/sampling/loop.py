"""The one sampling loop: tasks differ in their conditioner, models in their experts, methods in their solver."""

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
    """How pictures, poses and earlier segments condition the latents that the network is shown."""

    def start(self, noise: Tensor) -> Tensor:
        """Latents before the first step, from noise [1, channels, frames, height, width]."""
        ...

    def model_input(self, latents: Tensor) -> Tensor:
        """The network's input: the latents, perhaps with further channels."""
        ...

    def timesteps(self, timestep: int, latents: Tensor) -> Tensor:
        """The network's timesteps for these latents: [1], or [1, groups] where parts of the clip are already clean."""
        ...

    def after_step(self, latents: Tensor) -> Tensor:
        """The latents as the next step takes them; also applied to the clean estimate before it is shown."""
        ...


@dataclass(frozen=True, slots=True)
class Watch:
    """Callbacks during sampling."""

    on_step: Callable[[int, Tensor], None]
    """Called with the number of steps done and the present estimate of the clean latents; may raise Interrupted."""
    on_checkpoint: Callable[[int, Tensor], None]
    """Called with the number of steps done and the latents: every `every` steps, after the last, at an interruption."""
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
    """Denoise the latents from noise to clean.

    Args:
        solver: at its first step, or restored to step `done`.
        experts: the networks.
        conditioner: the task.
        latents: [1, channels, frames, height, width] float32: `conditioner.start(noise)`, or a checkpoint's.
        watch: callbacks.
        done: steps already taken.
        cache: decides which steps are computed; new, or restored to step `done`. None computes all.

    Returns:
        Clean latents of the same shape.

    Raises:
        Interrupted: by `watch.on_step`, or by a network that is not available here; if a step was taken,
            `watch.on_checkpoint` has been called before.
    """
    for index in range(done, solver.schedule.steps):
        ask = partial(_ask, experts, conditioner, index, int(solver.schedule.timesteps[index]), latents)
        try:
            velocity = ask() if cache is None else cache.velocity(index, latents, ask)
        except Interrupted:  # a worker that has the network resumes here
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
