"""Whole runs of the authors' speech-to-video pipeline, through the model class that makes clips."""

import wave
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from artifex.catalog.contract import Frames, Hooks, References, Samples
from artifex.catalog.wan.s2v.conditioning import SpeechConditioning, frames_before
from artifex.catalog.wan.s2v.model import SpeechModel
from artifex.catalog.wan.s2v.segments import clip_frames, split_segments
from artifex.catalog.wan.s2v.speaker import Speaker
from artifex.catalog.wan.s2v.timing import SAMPLE_RATE, frame_count_for, missing_frames, speech_size
from artifex.catalog.wan.s2v.voice import states_of_frames
from artifex.engine.checkpoint import load
from artifex.engine.noise import gaussian_noise
from artifex.engine.sampling.guidance import guided_velocity
from artifex.recipe import ModelLock, Recipe, Role, Speech
from artifex.units import PixelSize
from tests.golden import authors_s2v
from tests.golden.cases import Case, find_case
from tests.weights import rewrite

RATE = Fraction(16)


@dataclass(frozen=True)
class Run:
    """One run of the authors', and ours of the same recipe."""

    case: Case
    about: dict[str, Any]
    model: SpeechModel
    recipe: Recipe
    conditioning: SpeechConditioning

    def theirs(self, name: str) -> Tensor:
        return self.case.outputs[f"{self.about['prefix']}{name}"]

    def check(self, ours: Tensor, name: str) -> None:
        self.case.check(ours, f"{self.about['prefix']}{name}")

    def of_segment(self, name: str, segment: int) -> Tensor:
        """The steps of one segment; they are listed one segment after the other."""
        steps = self.about["sampling_steps"]
        return self.theirs(name)[segment * steps : (segment + 1) * steps]

    @property
    def segments(self) -> int:
        return self.about["num_repeat"]


@pytest.fixture(scope="module")
def case() -> Case:
    return find_case("pipe_s2v")


@pytest.fixture(scope="module", params=["authors", "diffusers", "single files"])
def model(request: pytest.FixtureRequest, case: Case, tmp_path_factory: pytest.TempPathFactory) -> SpeechModel:
    target = tmp_path_factory.mktemp("layout") / "model"
    return authors_s2v.model(rewrite.written_as(request.param, case.folder / "ckpt", target))


@pytest.fixture(scope="module", params=[0, 1], ids=["plain", "pose and first frame"])
def run(request: pytest.FixtureRequest, case: Case, model: SpeechModel) -> Run:
    about: dict[str, Any] = case.about["runs"][request.param]
    wanted = recipe(case, about)
    frames: dict[Role, Frames] = {"image": case.inputs["image"].numpy()[None]}
    if about["pose_video"]:
        frames["pose"] = case.inputs["pose_frames"].numpy()
    references = References(frames, sound(case.folder / "audio.wav"), {"pose": RATE})
    return Run(case, about, model, wanted, model.encode(wanted, references))


def recipe(case: Case, run: dict[str, Any]) -> Recipe:
    height, width = run["size_hw"]
    speech = Speech(run["infer_frames"], start_from_picture=run["init_first_frame"], compat=True)
    seconds = Fraction(len(sound(case.folder / "audio.wav")), SAMPLE_RATE)
    return Recipe(
        model=ModelLock("golden", ()),
        task="s2v",
        prompt=case.about["prompt"],
        negative_prompt=case.about["defaults"]["sample_neg_prompt"],
        width=width,
        height=height,
        frame_count=frame_count_for(seconds, RATE, speech, run["num_repeat"]),
        frame_rate=RATE,
        steps=run["sampling_steps"],
        solver=run["sample_solver"],
        shift=run["shift"],
        guidance=(run["guide_scale"], run["guide_scale"]),
        seed=run["seed"],
        speech=speech,
    )


def sound(path: Path) -> Samples:
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (SAMPLE_RATE, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(np.float32) / np.float32(32768)


def test_what_is_heard(case: Case, model: SpeechModel) -> None:
    states = model._voice.encode(sound(case.folder / "audio.wav"))
    case.check(states, "audio.features")
    bucket = case.outputs["audio.bucket"]
    case.check(states_of_frames(states, len(bucket), RATE)[0].permute(2, 0, 1), "audio.bucket")


def test_size_and_length(run: Run) -> None:
    height, width, _ = run.case.inputs["image"].shape
    assert speech_size(PixelSize(width, height), run.about["max_area"]) == PixelSize(
        run.recipe.width, run.recipe.height
    )
    assert run.recipe.frame_count == run.theirs("video").shape[1]
    speech, seconds = run.recipe.speech, Fraction(len(sound(run.case.folder / "audio.wav")), SAMPLE_RATE)
    assert speech is not None
    whole = frame_count_for(seconds, RATE, speech)
    assert whole + missing_frames(speech) == len(run.case.outputs["audio.bucket"])


@torch.inference_mode()
def test_conditions(run: Run) -> None:
    given = run.conditioning
    run.check(given.prompt[0], "context")
    run.check(given.negative[0], "context_null")
    run.check(given.picture_latent[0], "ref_latents")
    before = frames_before(given.picture, run.about["init_first_frame"])
    motion = run.model._parts.vae.encode(before)
    run.check(motion[0], "motion_latents_0")
    assert (given.motion is None) == run.about["drop_motion_frames"][0]
    assert given.motion is None or torch.equal(given.motion, motion)
    for segment in range(run.segments):
        run.check(given.voice_of(segment), f"audio_input_{segment}")
        pose = given.pose_of(segment)
        theirs = run.theirs(f"cond_states_{segment}")
        run.check(torch.zeros_like(theirs) if pose is None else pose[0], f"cond_states_{segment}")


@torch.inference_mode()
def test_every_velocity(run: Run) -> None:
    """From the authors' latents at each step, so that nothing adds up."""
    speaker = Speaker(run.model._low, run.conditioning, run.recipe.guidance[0])
    for segment in range(run.segments):
        motion = run.theirs(f"motion_latents_{segment}")[None]
        expert = speaker.expert(segment, None if run.about["drop_motion_frames"][segment] else motion)
        latents = gaussian_noise(tuple(run.theirs("latents").shape[1:]), run.recipe.seed + segment)
        run.case.check_values(latents, run.case.inputs[f"{run.about['prefix']}noise_{segment}"], "noise")
        timesteps = run.of_segment("timesteps", segment)
        for index, theirs in enumerate(run.of_segment("noise_pred", segment)):
            ours = guided_velocity(expert, latents[None], timesteps[index : index + 1])[0]
            run.case.check_values(ours, theirs, f"noise_pred of step {index}")
            latents = run.of_segment("latents", segment)[index]


def test_the_clip(run: Run) -> None:
    kept: list[bytes] = []
    latents = run.model.denoise(run.conditioning, run.recipe, Hooks(quiet, kept.append, 1), resume=None)
    states = [load(data, run.recipe.identity) for data in kept]
    run.check(torch.cat([state.latents for state in states]), "latents")
    for state in states:
        if state.segment:
            run.check(state.carried["motion"][0], f"motion_latents_{state.segment}")
    layout = run.conditioning.layout
    assert len(split_segments(latents[None], layout)) == run.segments
    with torch.inference_mode():
        video = torch.cat(list(clip_frames(run.model._parts.vae.decode, latents[None], layout)), dim=2)[0]
    run.check(video, "video")


def quiet(_: object) -> None:
    pass
