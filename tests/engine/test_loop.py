"""The sampling loop with small working networks."""

import pytest
import torch
from torch import Tensor

from artifex.engine.noise import gaussian_noise
from artifex.engine.sampling.guidance import Expert, Experts, guided_velocity
from artifex.engine.sampling.loop import Watch, sample
from artifex.engine.sampling.solvers import Solver, build_solver
from artifex.errors import Interrupted

SHAPE = (1, 2, 3, 4, 4)


class Plain:
    def start(self, noise: Tensor) -> Tensor:
        return noise

    def model_input(self, latents: Tensor) -> Tensor:
        return latents

    def timesteps(self, timestep: int, latents: Tensor) -> Tensor:
        return torch.tensor([timestep])

    def after_step(self, latents: Tensor) -> Tensor:
        return latents


class FirstFrameKept(Plain):
    def after_step(self, latents: Tensor) -> Tensor:
        return torch.cat((torch.ones_like(latents[:, :, :1]), latents[:, :, 1:]), dim=2)


def towards(value: float, scale: float = 1.0) -> Expert:
    """An expert whose clean clip is `value` everywhere."""

    def velocity(latents: Tensor, timesteps: Tensor) -> Tensor:
        return (latents - value) / (timesteps.view(-1, 1, 1, 1, 1) / 1000)

    return Expert(velocity, velocity, scale)


class Recorder:
    """Notes what the loop tells, and interrupts after a step if asked to."""

    def __init__(self, every: int = 100, stop_after: int | None = None) -> None:
        self.steps: list[int] = []
        self.kept: dict[int, Tensor] = {}
        self.expected: list[Tensor] = []
        self._stop_after = stop_after
        self.watch = Watch(self._step, self._keep, every)

    def _step(self, done: int, expected: Tensor) -> None:
        self.steps.append(done)
        self.expected.append(expected)
        if done == self._stop_after:
            raise Interrupted("Stopped.")

    def _keep(self, done: int, latents: Tensor) -> None:
        self.kept[done] = latents.clone()


def run(recorder: Recorder, conditioner: Plain | None = None, solver: Solver | None = None) -> Tensor:
    noise = gaussian_noise(SHAPE, seed=7)
    chosen = solver or build_solver("unipc", 5, 3.0)
    return sample(chosen, Experts(towards(0.5)), conditioner or Plain(), noise, recorder.watch)


def test_reaches_what_the_network_says() -> None:
    recorder = Recorder()
    assert torch.allclose(run(recorder), torch.full(SHAPE, 0.5), atol=1e-2)
    assert recorder.steps == [1, 2, 3, 4, 5]
    assert torch.allclose(recorder.expected[0], torch.full(SHAPE, 0.5), atol=2e-2)


def test_checkpoints_every_few_steps_and_at_the_end() -> None:
    recorder = Recorder(every=2)
    result = run(recorder)
    assert list(recorder.kept) == [2, 4, 5]
    assert torch.equal(recorder.kept[5], result)


def test_an_interruption_leaves_a_checkpoint_that_goes_on_exactly() -> None:
    undisturbed = run(Recorder())
    recorder, solver = Recorder(stop_after=3), build_solver("unipc", 5, 3.0)
    with pytest.raises(Interrupted):
        run(recorder, solver=solver)
    assert list(recorder.kept) == [3]
    resumed = build_solver("unipc", 5, 3.0)
    resumed.restore(solver.state())
    rest = Recorder()
    result = sample(resumed, Experts(towards(0.5)), Plain(), recorder.kept[3], rest.watch, done=3)
    assert rest.steps == [4, 5]
    assert torch.equal(result, undisturbed)


def test_the_conditioner_has_the_last_word_on_each_step() -> None:
    recorder = Recorder()
    result = run(recorder, FirstFrameKept())
    for latents in (result, *recorder.expected):
        assert torch.equal(latents[:, :, 0], torch.ones_like(latents[:, :, 0]))
        assert not torch.equal(latents[:, :, 1], torch.ones_like(latents[:, :, 1]))


def test_the_expert_changes_at_the_boundary() -> None:
    experts = Experts(low=towards(0.0), high=towards(1.0), boundary=0.9)
    assert experts.at(900) is experts.high
    assert experts.at(899) is experts.low
    assert Experts(towards(0.0)).at(1000).scale == 1.0


def test_guidance_moves_away_from_the_unconditional() -> None:
    latents, time = torch.zeros(SHAPE), torch.tensor([500])
    expert = Expert(lambda x, _: x + 2, lambda x, _: x + 1, 3.0)
    assert torch.equal(guided_velocity(expert, latents, time), torch.full(SHAPE, 4.0))


def test_scale_one_asks_the_condition_alone() -> None:
    def forbidden(latents: Tensor, timesteps: Tensor) -> Tensor:
        raise AssertionError("asked without need")

    expert = Expert(lambda x, _: x + 2, forbidden, 1.0)
    assert torch.equal(guided_velocity(expert, torch.zeros(SHAPE), torch.tensor([1])), torch.full(SHAPE, 2.0))


def test_noise_is_the_seeds_own() -> None:
    assert torch.equal(gaussian_noise(SHAPE, 1), gaussian_noise(SHAPE, 1))
    assert not torch.equal(gaussian_noise(SHAPE, 1), gaussian_noise(SHAPE, 2))
