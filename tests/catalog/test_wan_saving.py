"""Steps of a Wan model that are saved: counted as they are made, and the same after a kill."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from artifex.catalog.execution import Execution
from artifex.catalog.plan import count_work
from artifex.catalog.registry import find_model
from artifex.catalog.wan.assembly import load_components
from artifex.catalog.wan.handover import handing_over
from artifex.catalog.wan.model import WanModel
from artifex.engine.attention import pick_attention
from artifex.errors import Interrupted
from artifex.recipe import Recipe
from tests.catalog.small_wan import write_small_wan
from tests.catalog.test_wan_model import NOTHING, RECIPE, Journal

SAVING = replace(RECIPE, steps=10, accuracy="fast", step_cache=(0.5, 0.5), guidance_until=0.6)


@pytest.fixture(scope="module", params=[1, 2], ids=["one expert", "two experts"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> WanModel:
    folder = write_small_wan(tmp_path_factory.mktemp("wan") / "model", experts=request.param)
    return WanModel(load_components(folder, Execution("cpu", "float32"), pick_attention()))


def made(model: WanModel, recipe: Recipe, journal: Journal, resume: bytes | None = None) -> torch.Tensor:
    return model.denoise(model.encode(recipe, NOTHING), recipe, journal.hooks, resume)


def passes(journal: Journal) -> list[int]:
    return [report.passes for report in journal.reports]


def test_steps_tell_how_many_passes_they_took(model: WanModel) -> None:
    journal = Journal()
    made(model, SAVING, journal)
    told = passes(journal)
    assert 0 in told
    assert told[:2] == [2, 2]
    assert told[-1] == 1, "the last step is always computed, and guidance has ended"
    assert 2 not in told[6:]


@pytest.mark.parametrize("window", [0, 9])
def test_the_end_of_guidance_is_planned_as_it_is_made(model: WanModel, window: int) -> None:
    recipe = replace(SAVING, step_cache=(0.0, 0.0), frame_count=17, window_frames=window)
    calls: list[int] = []
    networks = [model._parts.low_noise, *([model._parts.high_noise] if model._parts.high_noise else [])]
    hooks = [network.register_forward_hook(lambda *_: calls.append(1)) for network in networks]
    made(model, recipe, Journal())
    for hook in hooks:
        hook.remove()
    assert count_work(find_model("starter"), recipe, Execution("cpu", "float32")).forwards == len(calls)


def test_killed_after_any_step_the_same_steps_are_saved(model: WanModel) -> None:
    whole = Journal(every=1)
    latents = made(model, SAVING, whole)
    for done, checkpoint in enumerate(whole.checkpoints[:-1], 1):
        rest = Journal()
        assert torch.equal(made(model, SAVING, rest, checkpoint), latents)
        assert passes(rest) == passes(whole)[done:]


def test_an_interruption_keeps_what_the_cache_knows(model: WanModel) -> None:
    latents, journal = made(model, SAVING, Journal()), Journal(stop_after=3)
    with pytest.raises(Interrupted):
        made(model, SAVING, journal)
    assert torch.equal(made(model, SAVING, Journal(), journal.checkpoints[0]), latents)


@pytest.mark.parametrize(("until", "guided"), [(1.0, True), (0.9, True), (0.2, False)])
def test_the_next_expert_is_told_to_come_by_the_pass_that_is_last(until: float, guided: bool) -> None:
    last = handing_over(replace(RECIPE, steps=10, guidance_until=until), 0.9, lambda: None)
    assert last is not None
    assert last.guided == guided


def test_the_cost_of_a_cache_is_what_it_may_cost_at_most(tmp_path: Path) -> None:
    spec, execution = find_model("starter"), Execution("cpu", "float32")
    plain, cached = (replace(SAVING, step_cache=(value, value), guidance_until=1.0) for value in (0.0, 0.2))
    works = [count_work(spec, recipe, execution) for recipe in (plain, cached)]
    assert works[0].forwards == works[1].forwards == 20
    assert works[0].disk < works[1].disk, "checkpoints hold more"
