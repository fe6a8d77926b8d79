"""A small Wan model makes clips: deterministic, resumable, started by a picture."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch

from artifex.catalog.contract import Frames, Hooks, References, StepReport
from artifex.catalog.execution import Execution
from artifex.catalog.wan.assembly import load_components
from artifex.catalog.wan.conditioning import Conditioning
from artifex.catalog.wan.model import WanModel
from artifex.catalog.wan.picture import cover
from artifex.engine.attention import pick_attention
from artifex.errors import CheckpointDamaged, Interrupted
from artifex.recipe import ModelLock, Recipe
from artifex.units import PixelSize
from tests.catalog.small_wan import write_small_wan

RECIPE = Recipe(
    model=ModelLock("small", ()),
    task="t2v",
    prompt="A small red boat",
    negative_prompt="",
    width=64,
    height=32,
    frame_count=9,
    frame_rate=Fraction(16),
    steps=4,
    solver="unipc",
    shift=5.0,
    guidance=(3.0, 3.0),
    seed=11,
)
PICTURE = References({"image": np.random.default_rng(0).integers(0, 256, (1, 50, 90, 3), dtype=np.uint8)})
NOTHING = References({})


class Journal:
    """Keeps what a caller is told; interrupts after a step if asked to."""

    def __init__(self, every: int = 100, stop_after: int | None = None) -> None:
        self.reports: list[StepReport] = []
        self.checkpoints: list[bytes] = []
        self._stop_after = stop_after
        self.hooks = Hooks(self._step, self.checkpoints.append, every)

    def _step(self, report: StepReport) -> None:
        self.reports.append(report)
        if report.step == self._stop_after:
            raise Interrupted("Stopped.")


@pytest.fixture(scope="module", params=[1, 2], ids=["one expert", "two experts"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> WanModel:
    folder = write_small_wan(tmp_path_factory.mktemp("wan") / "model", experts=request.param)
    return WanModel(load_components(folder, Execution("cpu", "float32"), pick_attention()))


def clip(model: WanModel, recipe: Recipe, references: References = NOTHING, resume: bytes | None = None) -> Frames:
    conditioning = model.encode(recipe, references)
    latents = model.denoise(conditioning, recipe, Journal().hooks, resume)
    return np.concatenate(list(model.decode(latents, conditioning)))


def test_a_clip_has_the_recipes_shape(model: WanModel) -> None:
    frames = clip(model, RECIPE)
    assert frames.shape == (9, 32, 64, 3)
    assert frames.dtype == np.uint8


def test_two_runs_are_one_clip_and_another_seed_another(model: WanModel) -> None:
    assert np.array_equal(clip(model, RECIPE), clip(model, RECIPE))
    assert not np.array_equal(clip(model, RECIPE), clip(model, RECIPE.with_seed(12)))


@pytest.mark.parametrize("solver", ["unipc", "dpm++", "euler"])
@pytest.mark.parametrize("references", [NOTHING, PICTURE], ids=["text", "picture"])
def test_resumed_anywhere_is_the_same_clip(model: WanModel, solver: str, references: References) -> None:
    recipe = replace(RECIPE, solver=solver)
    conditioning = model.encode(recipe, references)
    undisturbed = model.denoise(conditioning, recipe, Journal().hooks, None)
    journal = Journal(every=1)
    model.denoise(conditioning, recipe, journal.hooks, None)
    assert len(journal.checkpoints) == recipe.steps
    for checkpoint in journal.checkpoints:
        assert torch.equal(model.denoise(conditioning, recipe, Journal().hooks, checkpoint), undisturbed)


def test_an_interruption_keeps_the_step_it_came_after(model: WanModel) -> None:
    conditioning, journal = model.encode(RECIPE, NOTHING), Journal(stop_after=3)
    with pytest.raises(Interrupted):
        model.denoise(conditioning, RECIPE, journal.hooks, None)
    rest = Journal()
    model.denoise(conditioning, RECIPE, rest.hooks, journal.checkpoints[-1])
    assert [report.step for report in rest.reports] == [4]


def test_a_checkpoint_of_another_recipe_is_refused(model: WanModel) -> None:
    conditioning, journal = model.encode(RECIPE, NOTHING), Journal()
    model.denoise(conditioning, RECIPE, journal.hooks, None)
    with pytest.raises(CheckpointDamaged):
        model.denoise(conditioning, RECIPE.with_seed(1), Journal().hooks, journal.checkpoints[-1])


def test_the_first_latent_frame_is_the_pictures(model: WanModel) -> None:
    conditioning = model.encode(replace(RECIPE, task="i2v"), PICTURE)
    assert conditioning.start is not None
    latents = model.denoise(conditioning, RECIPE, Journal().hooks, None)
    assert torch.equal(latents[:, :1], conditioning.start[0])


def test_a_clip_that_is_gone_on_with_starts_with_its_last_frames(model: WanModel) -> None:
    """Five frames are two latent frames; of seven, the last five are taken."""
    frames = np.random.default_rng(1).integers(0, 256, (7, 32, 64, 3), dtype=np.uint8)
    recipe = replace(RECIPE, task="i2v")
    conditioning = model.encode(recipe, References({"video": frames}))
    assert conditioning.start is not None
    assert conditioning.start.shape[2] == 2
    last = model.encode(recipe, References({"video": frames[2:]})).start
    assert last is not None
    assert torch.equal(conditioning.start, last)
    latents = model.denoise(conditioning, recipe, Journal().hooks, None)
    assert torch.equal(latents[:, :2], conditioning.start[0])


def test_a_clip_is_never_longer_than_its_recipe_says(model: WanModel) -> None:
    frames = np.random.default_rng(1).integers(0, 256, (5, 32, 64, 3), dtype=np.uint8)
    assert len(clip(model, replace(RECIPE, task="i2v", frame_count=1), References({"video": frames}))) == 1


def test_guidance_of_one_needs_no_negative_prompt(model: WanModel) -> None:
    plain = replace(RECIPE, guidance=(1.0, 1.0))
    conditioning = model.encode(plain, NOTHING)
    other = Conditioning(conditioning.prompt, torch.randn_like(conditioning.prompt))
    runs = [model.denoise(given, plain, Journal().hooks, None) for given in (conditioning, other)]
    assert torch.equal(*runs)


def test_frames_come_in_small_chunks(model: WanModel) -> None:
    conditioning = model.encode(RECIPE, NOTHING)
    latents = model.denoise(conditioning, RECIPE, Journal().hooks, None)
    assert [len(chunk) for chunk in model.decode(latents, conditioning)] == [1, 4, 4]


def test_preview_is_small_and_shows_the_clips_colours(model: WanModel) -> None:
    conditioning, journal = model.encode(RECIPE, NOTHING), Journal()
    model.denoise(conditioning, RECIPE, journal.hooks, None)
    preview = model.preview(journal.reports[-1].latents)
    assert preview.shape == (3, 2, 4, 3)
    assert preview.dtype == np.uint8


def test_a_picture_is_covered_and_cropped_in_the_middle() -> None:
    picture = np.zeros((40, 100, 3), dtype=np.uint8)
    picture[:, 40:60] = 255
    fitted = cover(picture, PixelSize(32, 32))
    assert fitted.shape == (3, 32, 32)
    assert fitted.min() >= -1
    assert fitted[0, 16, 16] == 1.0
    assert fitted[0, 16, 0] == -1.0


def test_an_empty_prompt_is_one_token(tmp_path: Path, model: WanModel) -> None:
    assert model.encode(replace(RECIPE, prompt="", negative_prompt="x"), NOTHING).prompt.shape[1] == 1


def test_a_very_long_prompt_is_cut_to_512_tokens(model: WanModel) -> None:
    recipe = replace(RECIPE, prompt="boat " * 3000)
    assert model.encode(recipe, NOTHING).prompt.shape[1] == 512
    assert clip(model, replace(recipe, steps=1)).shape[0] == 9
