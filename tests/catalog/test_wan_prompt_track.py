"""Prompts over time in one clip, and clips in windows: what counts where, and that nothing else changes."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from artifex.catalog.execution import Execution
from artifex.catalog.wan.assembly import load_components
from artifex.catalog.wan.model import WanModel
from artifex.catalog.wan.prompt_shares import latent_shares
from artifex.catalog.wan.windows import cut_windows, window_weights
from artifex.engine.attention import pick_attention
from artifex.recipe import PromptMark, Recipe
from tests.catalog.small_wan import write_small_wan
from tests.catalog.test_wan_model import NOTHING, PICTURE, RECIPE, Journal

FACTOR = 4
LATER = (PromptMark(5, "A large green boat"), PromptMark(13, "Snow", 4))
TRACKED = replace(RECIPE, frame_count=21, prompt_track=LATER)
IN_WINDOWS = replace(TRACKED, window_frames=9)


@st.composite
def tracks(draw: st.DrawFn) -> tuple[int, tuple[PromptMark, ...]]:
    count = 4 * draw(st.integers(1, 30)) + 1
    frames = sorted(draw(st.sets(st.integers(1, count - 1), max_size=6)))
    return count, tuple(PromptMark(frame, "", draw(st.integers(0, count - frame))) for frame in frames)


@given(tracks())
def test_shares_sum_to_one_and_change_at_the_mark(case: tuple[int, tuple[PromptMark, ...]]) -> None:
    count, track = case
    rows = latent_shares(track, count, FACTOR)
    assert len(rows) == (count - 1) // FACTOR + 1
    for row in rows:
        assert sum(row) == pytest.approx(1)
        assert min(row) >= 0
    for number, mark in enumerate(track, start=1):
        first = -(-mark.frame // FACTOR)  # latent frame that holds the mark: the first holds frame 0 alone
        assert all(row[number] == 0 for row in rows[:first])
        whole = -(-(mark.frame + mark.crossfade + FACTOR - 1) // FACTOR)  # the first that is wholly behind the fade
        assert all(sum(row[:number]) == pytest.approx(0) for row in rows[whole:])


def test_a_mark_inside_a_latent_frame_counts_for_the_frames_behind_it() -> None:
    """Frames 21 to 24 are one latent frame; the mark at 22 has three of them."""
    rows = latent_shares((PromptMark(22, ""),), 33, FACTOR)
    assert [row[1] for row in rows] == [0, 0, 0, 0, 0, 0, 0.75, 1, 1]


def test_a_crossfade_comes_in_evenly() -> None:
    rows = latent_shares((PromptMark(5, "", 7),), 17, FACTOR)
    assert [row[1] for row in rows] == pytest.approx([0, 0, 2.5 / 8, 6.5 / 8, 1])


@given(st.integers(1, 200), st.integers(1, 60))
def test_windows_cover_a_clip_and_overlap(total: int, length: int) -> None:
    windows = cut_windows(total, length)
    assert windows[0].start == 0
    assert windows[-1].stop == total
    assert {window.stop - window.start for window in windows} == {min(length, total)}
    for one, other in pairwise(windows):
        assert one.start < other.start
        assert other.start - one.start <= max(1, length // 2)


@given(st.integers(1, 60))
def test_a_window_counts_most_in_its_middle(length: int) -> None:
    weights = window_weights(length)
    assert min(weights) > 0
    assert weights == weights[::-1]
    assert max(weights) == weights[(length - 1) // 2]


@pytest.fixture(scope="module", params=[1, 2], ids=["one expert", "two experts"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> WanModel:
    folder = write_small_wan(tmp_path_factory.mktemp("wan") / "model", experts=request.param)
    return WanModel(load_components(folder, Execution("cpu", "float32"), pick_attention()))


def latents(model: WanModel, recipe: Recipe, resume: bytes | None = None, references=NOTHING) -> torch.Tensor:
    return model.denoise(model.encode(recipe, references), recipe, Journal().hooks, resume)


@pytest.mark.parametrize("window", [0, 9])
def test_the_same_prompt_at_every_mark_is_no_change(model: WanModel, window: int) -> None:
    plain = replace(RECIPE, frame_count=21, window_frames=window)
    same = replace(plain, prompt_track=tuple(replace(mark, prompt=RECIPE.prompt) for mark in LATER))
    torch.testing.assert_close(latents(model, same), latents(model, plain), rtol=1e-4, atol=1e-4)


def test_another_prompt_changes_the_clip_most_where_it_counts(model: WanModel) -> None:
    plain = replace(RECIPE, frame_count=21, window_frames=9)
    track = (PromptMark(17, "Snow on black mountains"),)
    change = (latents(model, replace(plain, prompt_track=track)) - latents(model, plain)).square().mean((0, 2, 3))
    assert change.argmax() == len(change) - 1
    assert change[0] < change[-1] / 10


def test_a_window_as_long_as_the_clip_is_no_window(model: WanModel) -> None:
    assert torch.equal(latents(model, replace(RECIPE, window_frames=9)), latents(model, RECIPE))


@pytest.mark.parametrize("recipe", [TRACKED, IN_WINDOWS], ids=["whole", "windows"])
@pytest.mark.parametrize("references", [NOTHING, PICTURE], ids=["text", "picture"])
def test_resumed_anywhere_is_the_same_clip(model: WanModel, recipe: Recipe, references) -> None:
    journal = Journal(every=1)
    conditioning = model.encode(recipe, references)
    undisturbed = model.denoise(conditioning, recipe, journal.hooks, None)
    assert len(journal.checkpoints) == recipe.steps
    for checkpoint in journal.checkpoints:
        assert torch.equal(latents(model, recipe, checkpoint, references), undisturbed)


@pytest.mark.parametrize("recipe", [TRACKED, IN_WINDOWS], ids=["whole", "windows"])
def test_chunks_of_tokens_change_nothing(model: WanModel, recipe: Recipe) -> None:
    """Cross-attention is computed chunk by chunk where memory is short; a mark may lie inside a chunk."""
    whole = latents(model, recipe)
    try:
        model.follow(Execution("cpu", "float32", token_chunk=3))
        torch.testing.assert_close(latents(model, recipe), whole, rtol=1e-4, atol=1e-4)
    finally:
        model.follow(Execution("cpu", "float32"))


def test_given_frames_stay_in_the_first_window(model: WanModel) -> None:
    recipe = replace(IN_WINDOWS, task="i2v")
    conditioning = model.encode(recipe, PICTURE)
    assert conditioning.start is not None
    made = model.denoise(conditioning, recipe, Journal().hooks, None)
    assert torch.equal(made[:, :1], conditioning.start[0])


def test_streamed_blocks_hand_over_behind_the_last_window(tmp_path: Path) -> None:
    """Blocks that come and go give the clip that resident ones give, window after window and expert after expert."""
    folder = write_small_wan(tmp_path / "model", experts=2)
    clips = []
    for blocks in (None, 1):
        plan = Execution("cpu", "float32", resident_blocks=blocks)
        clips.append(latents(WanModel(load_components(folder, plan, pick_attention())), IN_WINDOWS))
    assert torch.equal(*clips)
