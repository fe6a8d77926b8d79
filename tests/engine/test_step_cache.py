"""Steps that are saved: which may be, when they are, and that a resumed run saves the same ones."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from artifex.engine.checkpoint import Checkpoint, dump, load
from artifex.engine.noise import gaussian_noise
from artifex.engine.sampling.guidance import Expert, Experts
from artifex.engine.sampling.loop import Watch, sample
from artifex.engine.sampling.solvers import build_solver
from artifex.engine.sampling.step_cache import StepCache, turns
from tests.engine.test_loop import SHAPE, Plain

STEPS = 12
WATCH = Watch(lambda *_: None, lambda *_: None, 1000)


class Asked:
    """Experts whose clean clip is 0.5 and leans with the noise; it notes when each was asked."""

    def __init__(self, *, lean: float = 0.1, boundary: float | None = None, guided_steps: int | None = None) -> None:
        self.notes: list[tuple[int, str]] = []
        high = None if boundary is None else self._expert("high", lean)
        self.experts = Experts(self._expert("low", lean), high, boundary or 1.0, guided_steps)

    def steps(self, name: str) -> list[int]:
        """Numbers of the steps at which it was asked."""
        timesteps = build_solver("unipc", STEPS, 3.0).schedule.timesteps.tolist()
        return [timesteps.index(timestep) for timestep, noted in self.notes if noted == name]

    def _expert(self, name: str, lean: float) -> Expert:
        return Expert(self._velocity(name, 0.5, lean), self._velocity(f"{name} unwanted", 0.4, lean), 2.0)

    def _velocity(self, name: str, value: float, lean: float) -> Callable[[Tensor, Tensor], Tensor]:
        def velocity(latents: Tensor, timesteps: Tensor) -> Tensor:
            self.notes.append((int(timesteps[0]), name))
            noise = timesteps.view(-1, 1, 1, 1, 1) / 1000
            return (latents - value - lean * noise * latents.cos()) / noise

        return velocity


def cache_for(asked: Asked, thresholds: tuple[float, float]) -> StepCache:
    return StepCache(turns(asked.experts, build_solver("unipc", STEPS, 3.0).schedule, thresholds))


def run(asked: Asked, thresholds: tuple[float, float] | None, watch: Watch = WATCH) -> Tensor:
    cache = None if thresholds is None else cache_for(asked, thresholds)
    solver = build_solver("unipc", STEPS, 3.0)
    return sample(solver, asked.experts, Plain(), gaussian_noise(SHAPE, seed=7), watch, cache=cache)


def test_a_threshold_of_nothing_changes_nothing_and_keeps_nothing() -> None:
    plain, cached = Asked(lean=0.0), Asked(lean=0.0)
    assert torch.equal(run(plain, None), run(cached, (0.0, 0.0)))
    assert cached.steps("low") == list(range(STEPS))
    cache = cache_for(cached, (0.0, 0.0))
    cache.velocity(0, torch.ones(SHAPE), lambda: torch.ones(SHAPE))
    assert not cache.state()


def test_a_velocity_that_stands_still_is_asked_for_first_and_last() -> None:
    asked = Asked(lean=0.0)
    latents = run(asked, (0.05, 0.05))
    assert asked.steps("low") == asked.steps("low unwanted") == [0, 1, STEPS - 1]
    assert torch.allclose(latents, run(Asked(lean=0.0), None), atol=1e-4)


def test_a_velocity_that_changes_is_asked_for_more_often() -> None:
    calm, lively = Asked(lean=0.1), Asked(lean=0.6)
    run(calm, (0.02, 0.02))
    run(lively, (0.02, 0.02))
    assert 3 < len(calm.steps("low")) < STEPS
    assert len(lively.steps("low")) > len(calm.steps("low"))


def test_every_expert_begins_anew_and_by_its_own_threshold() -> None:
    asked = Asked(lean=0.0, boundary=0.75)
    run(asked, (0.05, 0.05))
    low = [index for index in range(STEPS) if not asked.experts.is_high(_timestep(index))]
    assert asked.steps("high") == [0, 1, low[0] - 1]
    assert asked.steps("low") == [low[0], low[1], low[-1]]
    only_high = Asked(lean=0.0, boundary=0.75)
    run(only_high, (0.0, 0.05))
    assert only_high.steps("high") == [0, 1, low[0] - 1]
    assert only_high.steps("low") == low


def test_it_begins_anew_where_guidance_ends() -> None:
    asked = Asked(lean=0.0, guided_steps=6)
    run(asked, (0.1, 0.1))
    assert asked.steps("low unwanted") == [0, 1, 5]
    assert asked.steps("low") == [0, 1, 5, 6, 7, STEPS - 1]


def test_without_a_cache_guidance_ends_at_its_step() -> None:
    asked = Asked(guided_steps=5)
    run(asked, None)
    assert asked.steps("low") == list(range(STEPS))
    assert asked.steps("low unwanted") == list(range(5))
    assert [asked.experts.passes(index, _timestep(index)) for index in (4, 5)] == [2, 1]


@pytest.mark.parametrize("done", range(1, STEPS))
def test_stopped_after_any_step_it_goes_on_exactly(done: int) -> None:
    whole = Asked(boundary=0.75)
    undisturbed = run(whole, (0.02, 0.03))
    assert len(whole.notes) < 2 * STEPS, "nothing was saved, so nothing is tested"
    asked, solver, kept = Asked(boundary=0.75), build_solver("unipc", STEPS, 3.0), list[bytes]()
    cache = cache_for(asked, (0.02, 0.03))

    def keep(step: int, latents: Tensor) -> None:
        kept.append(dump(Checkpoint(0, step, latents, solver.state(), {}, cache.state()), "ab" * 32))

    watch = Watch(lambda *_: None, keep, 1)
    sample(solver, asked.experts, Plain(), gaussian_noise(SHAPE, seed=7), watch, cache=cache)
    checkpoint = load(kept[done - 1], "ab" * 32)
    again, resumed = Asked(boundary=0.75), build_solver("unipc", STEPS, 3.0)
    resumed.restore(checkpoint.solver)
    cache = cache_for(again, (0.02, 0.03))
    cache.restore(checkpoint.cache)
    latents = sample(resumed, again.experts, Plain(), checkpoint.latents, WATCH, done, cache)
    assert torch.equal(latents, undisturbed)
    assert again.notes == [note for note in whole.notes if note[0] <= _timestep(done)]


def test_a_checkpoint_from_before_there_was_a_cache_is_read() -> None:
    old = Checkpoint(0, 1, torch.zeros(SHAPE), {"latents": torch.ones(SHAPE)})
    data = dump(old, "ab" * 32)
    assert b"cache." not in data, "it is written as it was then"
    assert load(data, "ab" * 32).cache == {}


def _timestep(index: int) -> int:
    return int(build_solver("unipc", STEPS, 3.0).schedule.timesteps[index])
