"""Alternatives to a clip, on machines of several sizes."""

from dataclasses import replace
from pathlib import Path

import pytest

from artifex.catalog.rates import typical
from artifex.catalog.registry import catalogue
from artifex.jobs.alternatives import Alternative, alternatives
from artifex.jobs.own_clip import own_clip
from artifex.jobs.planner import Outlook, Planner
from artifex.jobs.standings import Standings
from artifex.machine import Accelerator, Machine, TorchBuild
from artifex.recipe import Recipe
from artifex.settings import Settings

T2V = "wan2.2-t2v-a14b"
GIB = 2**30


def outlook(vram: int, model: str = T2V, capability: tuple[int, int] = (8, 9), ram: int = 64) -> Outlook:
    """A machine with one GPU of ``vram`` GiB; CPU only if 0."""
    cards = (Accelerator("a card", vram * GIB, vram * GIB, "580.1", capability),) if vram else ()
    machine = Machine(8, "a processor", ram * GIB, ram * GIB, cards, TorchBuild("2.13.0", "13.0" if cards else None))
    return Outlook(catalogue()[model], machine, typical("cuda:0" if cards else "cpu"), 2**40)


def offered(here: Outlook, recipe: Recipe | None = None) -> list[Alternative]:
    recipe = recipe or own_clip(here.spec)
    return alternatives(recipe, here.plan(recipe), here)


@pytest.mark.parametrize("model", catalogue())
@pytest.mark.parametrize("vram", [0, 8, 12, 24])
def test_each_brings_something_the_model_takes(model: str, vram: int) -> None:
    here = outlook(vram, model)
    recipe = own_clip(here.spec)
    plan = here.plan(recipe)
    fits = here.shortage(plan) is None
    found = alternatives(recipe, plan, here)
    assert len({one.name for one in found}) == len(found)
    for one in found:
        before, after = plan.prediction, one.plan.prediction
        less = after.seconds < before.seconds or after.vram < before.vram or after.ram < before.ram
        assert one.costs
        assert (one.fits and not fits) or (less and one.fits == fits)
        assert one.plan == here.plan(one.recipe)


def test_what_makes_it_fit_comes_first() -> None:
    here = outlook(8)
    assert here.shortage(here.plan(own_clip(here.spec))) is not None
    found = offered(here)
    fitting = [one.fits for one in found]
    assert fitting[0]
    assert fitting == sorted(fitting, reverse=True)
    longest = next(one for one in found if "frames" in one.changes)
    one_more = replace(longest.recipe, frame_count=longest.recipe.frame_count + here.spec.limits.temporal)
    assert here.shortage(here.plan(one_more)) is not None


def test_what_keeps_quality_comes_before_what_does_not() -> None:
    kinds = [next(iter(one.changes)) for one in offered(outlook(24))]
    assert kinds == ["frames", "frames", "quantise", "accuracy", "steps", "size"]


def test_costs_tell_figures() -> None:
    costs = {one.name: one.costs for one in offered(outlook(24))}
    assert costs["frames-53"] == ({"code": "shorter", "from": 81, "to": 53},)
    assert costs["size-832x480"] == ({"code": "smaller_picture", "from": "1280x720", "to": "832x480"},)
    assert costs["steps-20"] == ({"code": "fewer_steps", "from": 40, "to": 20},)
    assert costs["quantise-int8"] == ({"code": "weights_rounded", "bits": 8, "kind": "int8"},)


def test_a_tall_picture_stays_tall() -> None:
    here = outlook(24)
    tall = replace(own_clip(here.spec), width=720, height=1280)
    assert [one.changes["size"] for one in offered(here, tall) if "size" in one.changes] == ["480x832"]


def test_fp8_is_not_offered_to_a_card_without_it() -> None:
    kinds = {cost.get("kind") for one in offered(outlook(24, capability=(8, 6))) for cost in one.costs}
    assert "fp8" not in kinds


def test_a_machine_is_judged_with_all_its_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = outlook(12).machine
    busy = replace(machine, accelerators=(replace(machine.accelerators[0], memory_free=GIB),))
    monkeypatch.setattr("artifex.jobs.planner.this_machine", lambda: busy)
    specs = catalogue().values()
    told = {name: standing and standing.fits for name, standing in Standings(Settings(tmp_path)).of(specs).items()}
    assert told["starter"] == told["wan2.1-i2v-14b-480p"] == "yes"
    assert told[T2V] == "tight", "frames are decoded in 16 bits"


def test_what_is_far_too_large_does_not_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("artifex.jobs.planner.this_machine", lambda: outlook(4, ram=8).machine)
    standing = Standings(Settings(tmp_path)).of([catalogue()[T2V]])[T2V]
    assert standing is not None
    assert standing.fits == "no"


def test_a_planner_looks_at_the_disk_of_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    planner = Planner(Settings(tmp_path / "home"))
    assert planner.outlook(planner.named("starter"), tmp_path / "a" / "b").disk_free > 0
