"""Denoises one segment of a clip, with reports and checkpoints of its steps."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import torch
from torch import Tensor

from artifex.catalog.contract import Hooks, StepReport
from artifex.engine.checkpoint import Checkpoint, dump
from artifex.engine.sampling.guidance import Experts
from artifex.engine.sampling.loop import Conditioner, Watch, sample
from artifex.engine.sampling.solvers import Solver, build_solver
from artifex.engine.sampling.step_cache import StepCache, turns
from artifex.errors import CheckpointDamaged
from artifex.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a clip that is denoised in one go; most clips are a single one."""

    index: int = 0
    count: int = 1
    carried: Mapping[str, Tensor] = field(default_factory=lambda: MappingProxyType({}))
    """State that earlier segments pass on to later ones; part of every checkpoint of this one."""


def denoise_segment(
    experts: Experts,
    conditioner: Conditioner,
    noise: Tensor,
    recipe: Recipe,
    hooks: Hooks,
    segment: Segment,
    resume: Checkpoint | None,
) -> Tensor:
    """Sample one segment, from noise or from a checkpoint of the same segment.

    Args:
        experts: the networks with their conditions bound.
        conditioner: feeds the task's conditions to the networks.
        noise: [1, channels, frames, height, width], on the device that computes.
        recipe: gives solver, steps, shift and step cache; its identity marks the checkpoints.
        hooks: called at every step.
        segment: which part of the clip it is.
        resume: a checkpoint whose ``segment`` is ``segment.index``, or None.

    Returns:
        Clean latents, the noise's shape.

    Raises:
        Interrupted: a hook asked for it, or the next expert is in another process. If a step was taken, its checkpoint
            was handed over before.
        CheckpointDamaged: the checkpoint is incomplete.
    """
    solver = build_solver(recipe.solver, recipe.steps, recipe.shift)
    cache = StepCache(turns(experts, solver.schedule, recipe.step_cache))
    if resume is None:
        latents, done = conditioner.start(noise), 0
    else:
        latents, done = _resume(resume, solver, cache, noise.device)
    watch = _watch(hooks, recipe, solver, segment, cache, experts)
    return sample(solver, experts, conditioner, latents, watch, done, cache)


def _resume(checkpoint: Checkpoint, solver: Solver, cache: StepCache, device: torch.device) -> tuple[Tensor, int]:
    """Restore solver and cache from a checkpoint; returns its latents and the number of steps done."""
    if checkpoint.step < solver.schedule.steps:
        try:
            solver.restore({name: tensor.to(device) for name, tensor in checkpoint.solver.items()})
        except KeyError as error:
            raise CheckpointDamaged("The checkpoint lacks its solver's state; the clip starts again.") from error
        cache.restore({name: tensor.to(device) for name, tensor in checkpoint.cache.items()})
    return checkpoint.latents.to(device), checkpoint.step


def _watch(hooks: Hooks, recipe: Recipe, solver: Solver, segment: Segment, cache: StepCache, experts: Experts) -> Watch:
    schedule = solver.schedule

    def on_step(done: int, expected: Tensor) -> None:
        passes = 0 if cache.reused else experts.passes(done - 1, int(schedule.timesteps[done - 1]))
        hooks.on_step(StepReport(segment.index, segment.count, done, schedule.steps, expected[0], passes))

    def on_checkpoint(done: int, latents: Tensor) -> None:
        state = Checkpoint(segment.index, done, latents, {}, segment.carried)
        if done < schedule.steps:
            state = replace(state, solver=solver.state(), cache=cache.state())
        hooks.on_checkpoint(dump(state, recipe.identity))

    return Watch(on_step, on_checkpoint, hooks.checkpoint_every)
