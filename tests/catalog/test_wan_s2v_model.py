"""A small speech model makes clips: as long as asked, in sync, resumable in every segment."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch

from artifex.catalog.contract import Frames, Hooks, References, VideoModel
from artifex.catalog.wan.s2v.model import SpeechModel, speech_model
from artifex.engine.checkpoint import Checkpoint, dump, load
from artifex.errors import BadInput, CheckpointDamaged, Interrupted, WeightsDamaged
from artifex.recipe import Recipe, Speech
from tests.catalog.small_speech import COMPAT, RECIPE, picture, references, small_speech_model, sound
from tests.catalog.test_wan_model import Journal

SEGMENTS = 3


@pytest.fixture(scope="module")
def model() -> SpeechModel:
    return small_speech_model()


def clip(model: SpeechModel, recipe: Recipe, given: References | None = None) -> Frames:
    conditioning = model.encode(recipe, given or references())
    latents = model.denoise(conditioning, recipe, Journal().hooks, None)
    return np.concatenate(list(model.decode(latents, conditioning)))


@pytest.fixture(scope="module")
def plain(model: SpeechModel) -> Frames:
    return clip(model, RECIPE)


def test_a_clip_has_the_recipes_shape(plain: Frames) -> None:
    assert plain.shape == (22, 32, 32, 3)
    assert plain.dtype == np.uint8


def test_in_sync_the_first_good_frame_is_held_in_place_of_the_missing_ones(model: SpeechModel, plain: Frames) -> None:
    assert all(np.array_equal(plain[index], plain[3]) for index in range(3))
    assert not np.array_equal(plain[3], plain[4])
    as_the_authors = clip(model, COMPAT)
    assert len(as_the_authors) == 21
    assert np.array_equal(as_the_authors[:19], plain[3:])


def test_a_clip_that_starts_from_its_picture_holds_nothing(model: SpeechModel, plain: Frames) -> None:
    started = clip(model, replace(RECIPE, speech=Speech(segment_frames=8, start_from_picture=True)))
    assert len(started) == 22
    assert not np.array_equal(started[0], started[1])
    assert not np.array_equal(started[3], plain[3])


def test_seed_and_sound_decide(model: SpeechModel, plain: Frames) -> None:
    assert np.array_equal(clip(model, RECIPE), plain)
    assert not np.array_equal(clip(model, RECIPE.with_seed(12)), plain)
    assert not np.array_equal(clip(model, RECIPE, references(seed=1)), plain)


def test_attention_may_be_left_out(model: SpeechModel, plain: Frames) -> None:
    sparse = replace(RECIPE, accuracy="fast", attention_density=0.3)
    assert not np.array_equal(clip(model, sparse), plain)
    assert np.array_equal(clip(model, RECIPE), plain)


@pytest.mark.parametrize(("solver", "experts"), [("unipc", 1), ("dpm++", 2)])
def test_resumed_anywhere_is_the_same_clip(solver: str, experts: int) -> None:
    model = small_speech_model(experts)
    recipe = replace(RECIPE, solver=solver, steps=3)
    conditioning = model.encode(recipe, references())
    journal = Journal(every=1)
    undisturbed = model.denoise(conditioning, recipe, journal.hooks, None)
    assert len(journal.checkpoints) == SEGMENTS * recipe.steps
    for checkpoint in journal.checkpoints:
        assert torch.equal(model.denoise(conditioning, recipe, Journal().hooks, checkpoint), undisturbed)


def test_reports_count_segments_and_steps(model: SpeechModel) -> None:
    journal = Journal()
    model.denoise(model.encode(RECIPE, references()), RECIPE, journal.hooks, None)
    told = [(report.segment, report.segment_count, report.step, report.step_count) for report in journal.reports]
    assert told == [(segment, SEGMENTS, step, 2) for segment in range(SEGMENTS) for step in (1, 2)]
    assert model.preview(journal.reports[-1].latents).shape == (2, 8, 8, 3)


def test_an_interruption_in_a_later_segment_goes_on_there(model: SpeechModel) -> None:
    kept: list[bytes] = []

    def stop(report: object) -> None:
        if len(kept) == 1 and report is not None:
            raise Interrupted("Stopped.")

    conditioning = model.encode(RECIPE, references())
    with pytest.raises(Interrupted):  # the first checkpoint is that of the first segment's end
        model.denoise(conditioning, RECIPE, Hooks(stop, kept.append, 2), None)
    rest = Journal()
    model.denoise(conditioning, RECIPE, rest.hooks, kept[-1])
    assert [report.segment for report in rest.reports] == [1, 1, 2, 2]


@pytest.mark.parametrize("segment", [1, SEGMENTS])
def test_a_checkpoint_without_what_earlier_segments_left_is_refused(model: SpeechModel, segment: int) -> None:
    conditioning, journal = model.encode(RECIPE, references()), Journal(every=1)
    model.denoise(conditioning, RECIPE, journal.hooks, None)
    whole = load(journal.checkpoints[-1], RECIPE.identity)
    carried = {} if segment < SEGMENTS else whole.carried
    broken = Checkpoint(segment, whole.step, whole.latents, whole.solver, carried)
    with pytest.raises(CheckpointDamaged):
        model.denoise(conditioning, RECIPE, Journal().hooks, dump(broken, RECIPE.identity))


def test_without_guidance_the_unwanted_prompt_does_not_matter(model: SpeechModel) -> None:
    quiet = replace(RECIPE, guidance=(0.5, 0.5))
    assert np.array_equal(clip(model, quiet), clip(model, replace(quiet, negative_prompt="something else")))
    assert not np.array_equal(clip(model, RECIPE), clip(model, replace(RECIPE, negative_prompt="something else")))


def test_frames_come_in_small_chunks(model: SpeechModel) -> None:
    conditioning = model.encode(RECIPE, references())
    latents = model.denoise(conditioning, RECIPE, Journal().hooks, None)
    lengths = [len(chunk) for chunk in model.decode(latents, conditioning)]
    assert sum(lengths) == RECIPE.frame_count
    assert min(lengths) >= 1
    assert max(lengths) <= 4


@pytest.mark.parametrize("seconds", [0.0, 0.001, 0.03, 9.0])
def test_a_sound_of_any_length_will_do(model: SpeechModel, seconds: float) -> None:
    short = replace(RECIPE, frame_count=1, steps=1)
    for recipe in (short, replace(short, speech=Speech(8, compat=True))):
        assert clip(model, recipe, references(seconds)).shape[0] == 1


def test_a_pose_shorter_than_the_clip_is_followed_by_black(model: SpeechModel, plain: Frames) -> None:
    pose = np.random.default_rng(1).integers(0, 256, (14, 80, 96, 3), dtype=np.uint8)
    given = References({"image": picture(), "pose": pose}, sound(1.4), {"pose": Fraction(24)})
    conditioning = model.encode(RECIPE, given)
    assert len(conditioning.poses) == SEGMENTS
    shown = Fraction(14, 24) * 16  # frames of the clip that the pose lasts: into the second segment
    assert shown < 2 * 8
    black = model._parts.vae.encode(torch.full((1, 3, 9, 32, 32), -1.0))[:, :, 1:]
    assert torch.equal(conditioning.poses[2], black)
    assert not torch.equal(conditioning.poses[1], black)
    assert not np.array_equal(clip(model, RECIPE, given), plain)


def test_a_picture_smaller_than_the_clip_is_enlarged(model: SpeechModel) -> None:
    given = References({"image": picture(5, 9)}, sound(0.5))
    assert clip(model, replace(RECIPE, steps=1), given).shape == (22, 32, 32, 3)


@pytest.mark.parametrize("given", [References({"image": picture()}), References({}, sound(1))])
def test_a_picture_and_a_sound_are_needed(model: SpeechModel, given: References) -> None:
    with pytest.raises(BadInput, match="picture and a sound"):
        model.encode(RECIPE, given)


def test_segments_of_any_length_go_on_from_73_frames(model: SpeechModel) -> None:
    long = replace(RECIPE, frame_count=160, steps=1, speech=Speech(segment_frames=80))
    assert clip(model, long, references(10.0)).shape[0] == 160


def test_the_contract_is_kept(model: SpeechModel) -> None:
    kept: VideoModel = model
    assert kept.peak_vram() == 0


def test_without_its_voice_encoder_a_model_is_refused(model: SpeechModel) -> None:
    with pytest.raises(WeightsDamaged, match="wav2vec2"):
        speech_model(model._parts)
