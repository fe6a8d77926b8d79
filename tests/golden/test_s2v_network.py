"""The speech transformer gives what the authors' gives, from the authors' own tensors."""

import re

import pytest
import torch
from torch import Tensor

from artifex.catalog.wan.s2v.network import PreparedSpeech, Scene, SpeechTransformer
from artifex.catalog.wan.text import padded_states
from tests.golden import authors_s2v
from tests.golden.cases import Case, find_case


@pytest.fixture(scope="module")
def case() -> Case:
    return find_case("s2v_model")


@pytest.fixture(scope="module")
def network(case: Case) -> SpeechTransformer:
    return authors_s2v.transformer(case.config, case.folder / "weights.safetensors")


def scene(network: SpeechTransformer, case: Case, motion: Tensor | None, posed: bool = True) -> Scene:
    reference, pose = (case.inputs[name][None] for name in ("ref_latents", "cond_states"))
    return network.prepare_scene(reference, pose.shape[2], pose if posed else None, motion)


def motion(case: Case) -> Tensor:
    return case.inputs["motion_latents"][None]


def velocity(network: SpeechTransformer, case: Case, surroundings: Scene, voice: Tensor) -> Tensor:
    text = network.prepare_text(*padded_states(case.inputs["context"][None]))
    prepared = PreparedSpeech(text.layers, text.bias, surroundings, network.prepare_voice(voice))
    return network(case.inputs["x"][None], case.inputs["t"], prepared)[0]


@torch.inference_mode()
def test_everything(network: SpeechTransformer, case: Case) -> None:
    ours = velocity(network, case, scene(network, case, motion(case)), case.inputs["audio_input"])
    case.check(ours, "out")


@torch.inference_mode()
def test_without_frames_before(network: SpeechTransformer, case: Case) -> None:
    ours = velocity(network, case, scene(network, case, None), case.inputs["audio_input"])
    case.check(ours, "out_drop_motion")


@torch.inference_mode()
def test_without_pose_and_in_silence(network: SpeechTransformer, case: Case) -> None:
    silence = torch.zeros_like(case.inputs["audio_input"])
    ours = velocity(network, case, scene(network, case, motion(case), posed=False), silence)
    case.check(ours, "out_no_pose_no_audio")


@torch.inference_mode()
def test_with_few_frames_before(network: SpeechTransformer, case: Case) -> None:
    few = re.search(r"motion_latents\[:, -(\d+):\]", case.about["call"]["note"])
    assert few is not None
    ours = velocity(network, case, scene(network, case, motion(case)[:, :, -int(few[1]) :]), case.inputs["audio_input"])
    case.check(ours, "out_short_motion")


@torch.inference_mode()
def test_positions(network: SpeechTransformer, case: Case) -> None:
    cosine, sine = scene(network, case, motion(case)).rotary.unbind(-1)
    case.check(cosine[None], "rope_real")
    case.check(sine[None], "rope_imag")


@torch.inference_mode()
def test_what_is_heard(network: SpeechTransformer, case: Case) -> None:
    tokens, vectors = network.encode_voice(case.inputs["audio_input"])
    case.check(tokens, "merged_audio_emb")
    case.check(vectors[:, :, None], "audio_emb_global")
