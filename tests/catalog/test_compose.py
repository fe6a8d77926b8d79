"""What is asked for becomes a complete recipe, or a sentence that says what would do."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifex.catalog.compose import Wishes, compose
from artifex.catalog.presets import LEVELS, PRESETS, Values, level, preset
from artifex.catalog.registry import find_model, models
from artifex.errors import BadInput, BadPrompt, UnknownName
from artifex.recipe import ModelLock, Recipe, Reference
from artifex.units import PixelSize

SPEC = find_model("starter")
LOCK = ModelLock("starter", ())


def composed(
    prompt: str = "a red circle", seed: int = 1, references: tuple[Reference, ...] = (), **values: Any
) -> Recipe:
    return compose(SPEC, LOCK, Wishes(prompt, Values(**values), references), seed)


def test_open_fields_take_the_models_defaults() -> None:
    recipe = composed()
    assert (recipe.width, recipe.height) == (SPEC.defaults.size.width, SPEC.defaults.size.height)
    assert (recipe.frame_count, recipe.frame_rate) == (SPEC.defaults.frame_count, SPEC.defaults.frame_rate)
    assert (recipe.steps, recipe.guidance, recipe.task) == (SPEC.defaults.steps, SPEC.defaults.guidance, "t2v")


def test_a_picture_makes_it_image_to_video() -> None:
    assert composed(references=(Reference("image", "0" * 64),)).task == "i2v"


@given(st.fractions(min_value=Fraction(1, 10), max_value=5, max_denominator=100))
def test_seconds_become_the_nearest_frame_count_of_the_model(seconds: Fraction) -> None:
    recipe = composed(seconds=seconds, frame_rate=Fraction(16))
    assert recipe.frame_count % SPEC.limits.temporal == 1
    assert abs(recipe.frame_count - seconds * 16) <= Fraction(SPEC.limits.temporal + 1, 2)


def test_values_lie_over_one_another() -> None:
    base = Values(steps=10, frame_count=17, shift=2.0)
    over = Values(steps=20, seconds=Fraction(1)).over(base)
    assert (over.steps, over.shift, over.frame_count, over.seconds) == (20, 2.0, None, 1)


def test_levels_scale_the_models_own_steps() -> None:
    steps = [level(name, SPEC).steps or 0 for name in LEVELS]
    assert steps == sorted(steps)
    assert level("standard", SPEC).steps == SPEC.defaults.steps


@pytest.mark.parametrize("name", [name for name, values in PRESETS.items() if values.size or values.area])
def test_presets_for_large_models_say_that_they_are_too_large_here(name: str) -> None:
    with pytest.raises(BadInput, match="outside what starter makes"):
        compose(SPEC, LOCK, Wishes("a red circle", preset(name, with_lora=True)), 1)


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        ("a\x00b", "U\\+0000"),
        ("a\x1b[31m", "U\\+001B"),
        ("a\x85b", "U\\+0085"),
        ("\ud800", "broken Unicode"),
        ("x" * 8001, "8,001 characters"),
    ],
)
def test_prompts_that_cannot_be_used(prompt: str, said: str) -> None:
    with pytest.raises(BadPrompt, match=said):
        composed(prompt)


@pytest.mark.parametrize("text", ["빨간 원", "красный круг", "a\nb", "👩‍🚀 " * 100, "\u202eabc"])
def test_any_other_text_is_a_prompt(text: str) -> None:
    assert composed(text).prompt == text


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"size": PixelSize(250, 256)}, "nearest to 250x256 is 256x256"),
        ({"size": PixelSize(0, 0)}, "outside"),
        ({"size": PixelSize(100_000, 256)}, "outside"),
        ({"frame_count": 34}, "33 and 37"),
        ({"frame_count": 0}, "1 to"),
        ({"frame_count": 10**12 + 1}, "1 to"),
        ({"seconds": Fraction(1000)}, "1 to"),
        ({"steps": 0}, "1 to 200"),
        ({"steps": 10**9}, "1 to 200"),
        ({"guidance": (float("nan"), float("nan"))}, "Guidance nan"),
        ({"guidance": (-1.0, -1.0)}, "0 to 30"),
        ({"guidance": (1.0, 2.0)}, "one expert"),
        ({"shift": 0.0}, "above 0"),
        ({"shift": float("inf")}, "above 0"),
        ({"solver": "heun"}, "unipc"),
        ({"accuracy": "perfect"}, "exact"),
        ({"frame_rate": Fraction(1000)}, "240"),
        ({"step_cache": (0.2, 0.2)}, "exact computes every step"),
        ({"step_cache": (0.1, 0.2)}, "one expert"),
        ({"step_cache": (-0.1, -0.1)}, "0 \\(off\\) to 1"),
        ({"step_cache": (float("nan"), float("nan"))}, "Step cache nan"),
        ({"guidance_until": 0.5}, "exact guides every step"),
        ({"guidance_until": 0.0}, "above 0"),
        ({"guidance_until": 1.5}, "up to 1"),
        ({"attention_density": 0.5}, "exact computes all attention"),
        ({"attention_density": 0.0}, "above 0"),
        ({"attention_density": float("nan")}, "Attention density nan"),
    ],
)
def test_values_that_cannot_be_served(values: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        composed(**values)


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_seeds_out_of_range(seed: int) -> None:
    with pytest.raises(BadInput, match="Seed"):
        composed(seed=seed)


def test_references_a_model_cannot_look_at() -> None:
    with pytest.raises(BadInput, match="takes no voice"):
        composed(references=(Reference("audio", "0" * 64),))
    without_pictures = replace(SPEC, tasks=("t2v",))
    with pytest.raises(BadInput, match="cannot do i2v"):
        compose(without_pictures, LOCK, Wishes("x", references=(Reference("image", "0" * 64),)), 1)


def test_unknown_names_suggest_near_ones() -> None:
    assert "starter" in models()
    with pytest.raises(UnknownName, match="did you mean starter"):
        find_model("startr")
    with pytest.raises(UnknownName, match="choose one of: starter"):
        find_model("qqq")
    with pytest.raises(UnknownName, match="draft"):
        level("best", SPEC)
    with pytest.raises(UnknownName, match="t2v-720p"):
        preset("nope")
