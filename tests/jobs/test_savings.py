"""Accuracy ``fast``: explicit settings override the calibration, which overrides the defaults."""

from pathlib import Path
from typing import Any

import pytest

from artifex.catalog.presets import Values
from artifex.catalog.registry import find_model
from artifex.errors import BadInput
from artifex.jobs.asking import Ask, compose
from artifex.recipe import Recipe
from artifex.settings import Settings

STARTER = find_model("starter")


def asked(home: Path, base: Recipe | None = None, **values: Any) -> Recipe:
    return compose(Ask(prompt="a red circle", base=base, given=Values(**values)), STARTER, Settings(home))


def test_fast_takes_what_the_models_weights_came_with(tmp_path: Path) -> None:
    saving = STARTER.saving
    assert saving is not None
    assert "fast" in STARTER.accuracies
    recipe = asked(tmp_path, accuracy="fast")
    assert (recipe.step_cache, recipe.guidance_until) == (saving.step_cache, saving.guidance_until)
    assert not asked(tmp_path).saves_steps
    assert not asked(tmp_path, accuracy="fast", steps=saving.steps + 1).saves_steps


def test_what_is_asked_for_stands(tmp_path: Path) -> None:
    assert asked(tmp_path, accuracy="fast", step_cache=(0.0, 0.0)).step_cache == (0.0, 0.0)
    assert asked(tmp_path, accuracy="fast", step_cache=(0.3, 0.3)).step_cache == (0.3, 0.3)
    later = asked(tmp_path, accuracy="fast", guidance_until=0.5)
    assert (later.step_cache, later.guidance_until) == ((0.0, 0.0), 0.5)
    sparse = asked(tmp_path, accuracy="fast", attention_density=0.5)
    assert (sparse.step_cache, sparse.attention_density) == ((0.0, 0.0), 0.5)


def test_a_clip_made_again_saves_the_same_and_in_exact_nothing(tmp_path: Path) -> None:
    made = asked(tmp_path, accuracy="fast", step_cache=(0.3, 0.3), attention_density=0.5)
    again = asked(tmp_path, made)
    assert (again.step_cache, again.attention_density) == ((0.3, 0.3), 0.5)
    exact = asked(tmp_path, made, accuracy="exact")
    assert not exact.saves_steps
    assert exact.attention_density == 1
    with pytest.raises(BadInput, match="exact computes every step") as refused:
        asked(tmp_path, made, accuracy="exact", step_cache=(0.3, 0.3))
    assert refused.value.field == "step_cache"
