"""Solvers agree with Diffusers' schedulers bit for bit, and go on from their state as if never stopped."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from artifex.engine.sampling.schedule import Schedule, flow_schedule
from artifex.engine.sampling.solvers import Solver, build_solver
from artifex.errors import UnknownName

SOLVERS = ("unipc", "dpm++", "euler")


def toy_velocity(latents: Tensor, timestep: int) -> Tensor:
    return latents * (0.2 + timestep / 2000) + torch.tanh(latents.roll(1, -1))


def start() -> Tensor:
    return torch.randn(1, 4, 3, 5, 6, generator=torch.Generator().manual_seed(3))


def walk(solver: Solver, latents: Tensor, first: int, last: int) -> Tensor:
    for index in range(first, last):
        velocity = toy_velocity(latents, int(solver.schedule.timesteps[index]))
        latents = solver.step(velocity, index, latents)
    return latents


def unipc(_: Schedule) -> Any:
    from diffusers.schedulers.scheduling_unipc_multistep import UniPCMultistepScheduler

    return UniPCMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True)


def dpm(_: Schedule) -> Any:
    from diffusers.schedulers.scheduling_dpmsolver_multistep import DPMSolverMultistepScheduler

    return DPMSolverMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True)


def euler(_: Schedule) -> Any:
    from diffusers.schedulers.scheduling_flow_match_euler_discrete import FlowMatchEulerDiscreteScheduler

    return FlowMatchEulerDiscreteScheduler()


THEIRS: dict[str, Callable[[Schedule], Any]] = {"unipc": unipc, "dpm++": dpm, "euler": euler}


@pytest.mark.parametrize("shift", [1.0, 5.0])
@pytest.mark.parametrize("steps", [1, 2, 3, 7, 16])
@pytest.mark.parametrize("name", SOLVERS)
def test_same_as_diffusers_on_the_same_sigmas(name: str, steps: int, shift: float) -> None:
    ours = build_solver(name, steps, shift)
    theirs = THEIRS[name](ours.schedule)
    theirs.num_inference_steps = steps
    theirs.sigmas, theirs.timesteps = ours.schedule.sigmas.clone(), ours.schedule.timesteps.clone()
    theirs._step_index = 0
    a = b = start()
    for index, timestep in enumerate(ours.schedule.timesteps):
        velocity = toy_velocity(a, int(timestep))
        a = ours.step(velocity, index, a)
        b = theirs.step(velocity, timestep.float(), b, return_dict=False)[0]
        assert torch.equal(a, b), f"step {index}"


@pytest.mark.parametrize("name", SOLVERS)
def test_restored_solver_goes_on_bit_for_bit(name: str) -> None:
    undisturbed = walk(build_solver(name, 6, 5.0), start(), 0, 6)
    for stop in range(1, 6):
        first = build_solver(name, 6, 5.0)
        latents = walk(first, start(), 0, stop)
        second = build_solver(name, 6, 5.0)
        second.restore({key: tensor.clone() for key, tensor in first.state().items()})
        assert torch.equal(walk(second, latents, stop, 6), undisturbed)


@pytest.mark.parametrize("name", SOLVERS)
def test_levels_fall_to_zero(name: str) -> None:
    schedule = flow_schedule(name, 20, 5.0)
    assert schedule.steps == 20
    assert len(schedule.sigmas) == 21
    assert bool((schedule.sigmas.diff() < 0).all())
    assert float(schedule.sigmas[-1]) == 0.0


def test_unknown_solver_names_the_known() -> None:
    with pytest.raises(UnknownName, match=r"unipc, dpm\+\+, euler"):
        build_solver("heun", 4, 1.0)
