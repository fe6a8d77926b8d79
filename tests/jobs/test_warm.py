"""Loading a model before a clip needs it."""

from dataclasses import replace
from pathlib import Path

from artifex.jobs.planner import Planner
from artifex.jobs.resident import ResidentModels
from artifex.settings import Settings
from tests.jobs.floor import Floor, small_recipe


def test_a_warm_model_is_told_of_and_not_loaded_again(tmp_path: Path) -> None:
    floor = Floor(tmp_path)
    with floor.slot():
        warm = floor.ask("warm", model="starter")
        assert getattr(floor.finish(warm).state, "result", {})["model"] == "starter"
        clip = floor.finish(floor.order(small_recipe()))
        (slot,) = floor.queue.slots()
    assert slot["resident"] == "starter"
    assert getattr(clip.state, "result", {})["seconds"]["load"] < 0.5


def test_a_model_that_is_placed_otherwise_is_still_to_be_loaded(tmp_path: Path) -> None:
    settings, recipe = Settings(tmp_path), small_recipe()
    models, plan = ResidentModels(settings.models), Planner(settings).plan(recipe)
    assert not models.has(recipe, plan)
    with models.ready(recipe, plan):
        assert models.has(recipe, plan)
        assert not models.has(recipe, replace(plan, quantisation="int8"))
    models.let_go()
    assert not models.has(recipe, plan)


def test_a_model_that_is_not_installed_cannot_be_warm(tmp_path: Path) -> None:
    floor = Floor(tmp_path)
    with floor.slot():
        row = floor.wait_for(floor.ask("warm", model="wan2.2-ti2v-5b"), "failed")
    assert getattr(row.state, "code", None) == "not_installed"
