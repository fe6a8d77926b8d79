"""A prompt track in a request becomes one in a recipe, with windows where the clip is long, or is refused in words."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from artifex.catalog.compose import Wishes, compose
from artifex.catalog.execution import Execution
from artifex.catalog.plan import count_work
from artifex.catalog.presets import Values
from artifex.catalog.prompt_track import MarkWish
from artifex.catalog.registry import find_model
from artifex.catalog.wan.windows import overview_steps
from artifex.engine.sampling.schedule import flow_schedule
from artifex.errors import BadInput
from artifex.recipe import ModelLock, PromptMark, Recipe, Reference
from tests.catalog.model_folders import SMALL, a_recipe

BLUE = MarkWish(16, "a blue circle")
WIDE = Execution("cpu", "float32")


def composed(*track: MarkWish, model: str = "starter", references: Sequence[str] = (), **values: Any) -> Recipe:
    spec = find_model(model)
    given = tuple(Reference(role, "0" * 64) for role in references)  # pyright: ignore[reportArgumentType]
    wishes = Wishes("a red circle", Values(**values), given, prompt_track=track)
    return compose(spec, ModelLock(model, ()), wishes, 1)


def test_marks_are_set_in_frames_or_seconds() -> None:
    recipe = composed(BLUE, MarkWish(Fraction("1.5"), "a green circle", 4))
    assert recipe.prompt_track == (PromptMark(16, "a blue circle"), PromptMark(24, "a green circle", 4))


def test_a_track_over_a_long_clip_takes_windows_of_the_models_own_length() -> None:
    assert composed(BLUE, frame_count=69).window_frames == 33
    assert composed(BLUE, frame_count=69, window_frames=17).window_frames == 17
    assert composed(BLUE, frame_count=69, window_frames=0).window_frames == 0
    assert composed(BLUE).window_frames == 0
    assert composed(frame_count=69).window_frames == 0


def test_what_a_recipe_says_of_windows_is_kept() -> None:
    whole = composed(BLUE, frame_count=69, window_frames=0)
    assert Values.of(whole).window_frames == 0
    assert Values.of(composed(BLUE, frame_count=69)).window_frames == 33
    assert Values.of(composed(frame_count=69)).window_frames is None


def test_a_model_with_a_voice_keeps_to_one_prompt() -> None:
    with pytest.raises(BadInput, match="keeps to one prompt") as refused:
        composed(BLUE, model="wan2.2-s2v-14b", references=("audio", "image"))
    assert refused.value.field == "prompt_track"


@pytest.mark.parametrize("model", ["wan2.2-t2v-a14b", "wan2.2-ti2v-5b"])
def test_models_of_text_take_tracks_and_windows(model: str) -> None:
    native = find_model(model).defaults.frame_count
    assert composed(BLUE, model=model, frame_count=161).window_frames == native


def test_a_model_of_pictures_sees_the_whole_clip() -> None:
    film = composed(BLUE, model="wan2.2-i2v-a14b", references=("image",), frame_count=161)
    assert (film.window_frames, len(film.prompt_track)) == (0, 1)
    with pytest.raises(BadInput, match="see its picture") as refused:
        composed(BLUE, model="wan2.2-i2v-a14b", references=("image",), frame_count=161, window_frames=81)
    assert refused.value.field == "window_frames"


def test_more_prompts_cost_memory_and_reading_but_no_passes(tmp_path: Path) -> None:
    spec, plain = SMALL.write(tmp_path), a_recipe(frame_count=65)
    track = (PromptMark(8, plain.prompt), PromptMark(16, plain.prompt))
    one, three = (count_work(spec, recipe, WIDE) for recipe in (plain, replace(plain, prompt_track=track)))
    assert (three.forwards, three.linear, three.attention) == (one.forwards, one.linear, one.attention)
    assert three.encode > one.encode


def test_windows_cost_passes_of_their_own_length(tmp_path: Path) -> None:
    spec, plain = SMALL.write(tmp_path), a_recipe(frame_count=65)
    whole, cut = (count_work(spec, recipe, WIDE) for recipe in (plain, replace(plain, window_frames=33)))
    noisy = overview_steps(plain.steps, plain.shift)
    assert cut.forwards == 2 * (noisy + 3 * (plain.steps - noisy))  # 17 latent frames in windows of 9
    assert whole.linear < cut.linear < 2 * whole.linear


@pytest.mark.parametrize("shift", [1.0, 5.0, 12.0])
@pytest.mark.parametrize("steps", [4, 12, 50])
def test_the_steps_that_see_all_are_those_of_the_schedule(steps: int, shift: float) -> None:
    """The plan counts without torch; the solvers that begin at the last trained level may see one step less."""
    counted = overview_steps(steps, shift)
    for solver in ("unipc", "euler"):
        seen = int((flow_schedule(solver, steps, shift).timesteps >= 900).sum())
        assert counted - 1 <= seen <= counted
