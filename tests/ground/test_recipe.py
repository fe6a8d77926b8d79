"""A recipe survives its canonical form exactly, and nothing but a recipe is read as one."""

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifex.errors import BadRecipe
from artifex.recipe import MAX_SEED, ModelLock, PromptMark, Recipe, Reference, Role, Solver, parse_recipe

RECIPE = Recipe(
    model=ModelLock("starter", (("vae/model.safetensors", "ab" * 32),)),
    task="t2v",
    prompt='a "red" circle\nмяч 공',
    negative_prompt="",
    width=256,
    height=256,
    frame_count=33,
    frame_rate=Fraction(24000, 1001),
    steps=16,
    solver="unipc",
    shift=5.0,
    guidance=(3.0, 3.0),
    seed=7,
    references=(Reference("image", "cd" * 32),),
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
finite = st.floats(0, 100, allow_nan=False)
marks = st.builds(PromptMark, st.integers(1, 1000), texts, st.integers(0, 100))
references = st.builds(Reference, st.sampled_from(get_args(Role)), st.just("1e" * 32))
recipes = st.builds(
    Recipe,
    model=st.builds(
        ModelLock,
        texts,
        st.dictionaries(texts, st.just("0f" * 32), max_size=3).map(lambda files: tuple(sorted(files.items()))),
    ),
    task=st.sampled_from(["t2v", "i2v", "s2v"]),
    prompt=texts,
    negative_prompt=texts,
    width=st.integers(1, 8192),
    height=st.integers(1, 8192),
    frame_count=st.integers(1, 1000),
    frame_rate=st.fractions(min_value=Fraction(1, 100), max_value=240, max_denominator=1001),
    steps=st.integers(1, 200),
    solver=st.sampled_from(get_args(Solver)),
    shift=finite,
    guidance=st.tuples(finite, finite),
    seed=st.integers(0, MAX_SEED),
    references=st.lists(references, max_size=2).map(tuple),
    prompt_track=st.lists(marks, max_size=3).map(tuple),
    window_frames=st.sampled_from([0, 33]),
    step_cache=st.sampled_from([(0.0, 0.0), (0.1, 0.2)]),
    guidance_until=st.sampled_from([1.0, 0.5]),
    attention_density=st.sampled_from([1.0, 0.5]),
)


@given(recipes)
def test_canonical_form_round_trips(recipe: Recipe) -> None:
    again = parse_recipe(recipe.canonical())
    assert again == recipe
    assert again.sha256 == recipe.sha256


@given(recipes, recipes)
def test_different_recipes_have_different_hashes(one: Recipe, other: Recipe) -> None:
    assert (one == other) == (one.sha256 == other.sha256)


def test_hash_does_not_depend_on_the_order_of_fields() -> None:
    data = RECIPE.to_data()
    shuffled = json.dumps(dict(reversed(data.items())))
    assert parse_recipe(shuffled).sha256 == RECIPE.sha256


def test_every_character_stands_as_itself() -> None:
    assert "мяч 공" in RECIPE.canonical()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda data: data.pop("prompt"), "prompt"),
        (lambda data: data.update(steps="16"), "steps"),
        (lambda data: data.update(steps=True), "steps"),
        (lambda data: data.update(shift=float("nan")), "JSON"),
        (lambda data: data.update(frame_rate="1/0"), "frame_rate"),
        (lambda data: data.update(frame_rate="-24"), "frame_rate"),
        (lambda data: data.update(frame_rate="1e999999999"), "frame_rate"),
        (lambda data: data.update(shift=10**400), "shift"),
        (lambda data: data.update(seed=2**63), "seed"),
        (lambda data: data.update(solver="heun"), "solver"),
        (lambda data: data.update(guidance=[1.0]), "guidance"),
        (lambda data: data.update(guidance=[1.0, "2"]), "guidance"),
        (lambda data: data.update(format=99), "format"),
        (lambda data: data.update(surprise=1), "surprise"),
        (lambda data: data["model"].update(files={"a": "short"}), "sha256"),
        (lambda data: data.update(references=[{"role": "image"}]), "sha256"),
        (lambda data: data.update(references=["image"]), "references"),
        (lambda data: data.update(prompt="\ud800"), "Unicode"),
        (lambda data: data.update(prompt_track=["blue"]), "prompt_track"),
        (lambda data: data.update(prompt_track=[{"frame": 4, "prompt": "blue"}]), "crossfade"),
        (lambda data: data.update(prompt_track=[{"frame": 4, "prompt": 5, "crossfade": 0}]), "prompt_track.prompt"),
        (lambda data: data.update(window_frames="33"), "window_frames"),
        (lambda data: data.update(step_cache=0.1), "step_cache"),
        (lambda data: data.update(guidance_until="all"), "guidance_until"),
        (lambda data: data.update(attention_density=[0.5]), "attention_density"),
    ],
)
def test_bad_recipes_are_refused_by_name(change: Callable[[dict[str, Any]], object], named: str) -> None:
    data = RECIPE.to_data()
    change(data)
    with pytest.raises(BadRecipe, match=named):
        parse_recipe(json.dumps(data))


@pytest.mark.parametrize("text", ["", "null", "[]", "{", "[" * 100_000, '{"format": 1e999}'])
def test_other_text_is_no_recipe(text: str) -> None:
    with pytest.raises(BadRecipe):
        parse_recipe(text)


def test_seed_is_part_of_what_determines_a_clip() -> None:
    assert RECIPE.with_seed(8).sha256 != RECIPE.sha256
    assert replace(RECIPE, prompt="x").sha256 != RECIPE.sha256


def test_a_recipe_without_a_prompt_track_says_nothing_of_one() -> None:
    """Those made before there were any keep their hashes."""
    assert RECIPE.to_data().keys().isdisjoint({"prompt_track", "window_frames"})
    tracked = replace(RECIPE, prompt_track=(PromptMark(8, "a blue circle", 4),))
    assert tracked.to_data()["prompt_track"] == [{"frame": 8, "prompt": "a blue circle", "crossfade": 4}]
    assert tracked.sha256 != RECIPE.sha256


def test_a_recipe_that_saves_nothing_says_nothing_of_saving() -> None:
    """It has the hash that it had before there was anything to save."""
    assert RECIPE.sha256 == "ebd5cbf820dd77748ecbc16e3f1701f1abb8ddbf687c53464b3d774d90e0c1f1"
    saving = replace(RECIPE, step_cache=(0.0, 0.2), guidance_until=0.75)
    assert saving.to_data()["step_cache"] == (0.0, 0.2)
    sparse = replace(saving, attention_density=0.5)
    assert len({RECIPE.sha256, saving.sha256, replace(saving, guidance_until=1.0).sha256, sparse.sha256}) == 4


@pytest.mark.parametrize(("share", "steps"), [(1.0, 16), (0.75, 12), (0.5, 8), (0.01, 1)])
def test_guidance_ends_after_a_share_of_the_steps(share: float, steps: int) -> None:
    assert replace(RECIPE, guidance_until=share).guided_steps == steps
