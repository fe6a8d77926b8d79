"""The two experts in two processes: one makes a clip up to its last step, the other goes on, bit for bit."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from artifex.catalog.contract import References
from artifex.catalog.execution import Execution, Expert, Experts
from artifex.catalog.wan.assembly import load_components
from artifex.catalog.wan.model import WanModel
from artifex.engine.attention import pick_attention
from artifex.engine.weights.empty import is_empty
from artifex.errors import ExpertElsewhere
from artifex.recipe import Lora, Recipe
from tests.adapters.lora_files import in_layout, random_pairs, write
from tests.catalog.small_wan import write_small_wan
from tests.catalog.test_wan_model import NOTHING, PICTURE, RECIPE, Journal

LONGER = replace(RECIPE, steps=9)
SAVING = replace(LONGER, step_cache=(0.5, 0.5), guidance_until=0.5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_wan(tmp_path_factory.mktemp("wan") / "model", experts=2)


def load(folder: Path, experts: Experts, resident_blocks: int | None = None) -> WanModel:
    plan = Execution("cpu", "float32", resident_blocks=resident_blocks, experts=experts)
    return WanModel(load_components(folder, plan, pick_attention()))


def hand_over(
    model: WanModel, recipe: Recipe, given: References, to: Expert, resume: bytes | None = None
) -> list[bytes]:
    """The checkpoints of a model that does not have the next steps' expert."""
    journal = Journal()
    with pytest.raises(ExpertElsewhere) as told:
        model.denoise(model.encode(recipe, given), recipe, journal.hooks, resume)
    assert told.value.expert == to
    return journal.checkpoints


@pytest.mark.parametrize(
    ("kind", "recipe", "blocks"),
    [("text", LONGER, None), ("picture", LONGER, 1), ("lora", SAVING, None)],
    ids=["text", "picture and streamed blocks", "LoRA and saved steps"],
)
def test_two_halves_are_the_clip(folder: Path, kind: str, recipe: Recipe, blocks: int | None, tmp_path: Path) -> None:
    given = {"text": NOTHING, "picture": PICTURE, "lora": _lora(tmp_path)}[kind]
    whole, high, low = (load(folder, experts, blocks) for experts in ("both", "high", "low"))
    all_of_it = Journal()
    undisturbed = whole.denoise(whole.encode(recipe, given), recipe, all_of_it.hooks, None)
    [checkpoint] = hand_over(high, recipe, given, "low")
    conditioning, rest = low.encode(recipe, given), Journal()
    assert torch.equal(low.denoise(conditioning, recipe, rest.hooks, checkpoint), undisturbed)
    assert 1 < rest.reports[0].step < recipe.steps
    assert any(report.passes == 0 for report in all_of_it.reports) == (recipe is SAVING)
    assert next(low.decode(undisturbed, conditioning)).shape[1:] == (32, 64, 3)


def test_only_one_is_loaded(folder: Path) -> None:
    cases: tuple[tuple[Expert, str], ...] = (("high", "low_noise"), ("low", "high_noise"))
    for expert, lacking in cases:
        parts = load(folder, expert).components
        assert [name for name in ("high_noise", "low_noise") if is_empty(getattr(parts, name))] == [lacking]


def test_whoever_lacks_the_next_step_takes_none_and_keeps_nothing(folder: Path) -> None:
    high, low = load(folder, "high"), load(folder, "low")
    assert hand_over(low, LONGER, NOTHING, "high") == []
    [checkpoint] = hand_over(high, LONGER, NOTHING, "low")
    assert hand_over(high, LONGER, NOTHING, "low", checkpoint) == []


def test_a_clip_that_never_asks_the_other_is_finished_by_the_first(folder: Path) -> None:
    recipe = replace(RECIPE, steps=1)
    both, high = load(folder, "both"), load(folder, "high")
    made = [model.denoise(model.encode(recipe, NOTHING), recipe, Journal().hooks, None) for model in (both, high)]
    assert torch.equal(*made)


def test_a_model_with_one_expert_has_it_all(tmp_path: Path) -> None:
    model = load(write_small_wan(tmp_path / "model"), "high")
    model.denoise(model.encode(RECIPE, NOTHING), RECIPE, Journal().hooks, None)


def _lora(folder: Path) -> References:
    path = write(folder / "both.safetensors", in_layout("kohya", random_pairs()))
    return References({}, loras=((Lora(path.name, "0" * 64, 0.5, 1.5), path),))
