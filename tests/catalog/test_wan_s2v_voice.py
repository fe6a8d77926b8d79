"""Hearing a voice: loading wav2vec2, states of frames."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from artifex.catalog.wan.s2v.voice import VoiceEncoder, load_voice, states_of_frames
from artifex.errors import WeightsDamaged
from tests.catalog.small_speech import VOICE, sound, wav2vec2

_FORMER = {"parametrizations.weight.original0": "weight_g", "parametrizations.weight.original1": "weight_v"}


def stored(network: torch.nn.Module) -> dict[str, Tensor]:
    """As recognisers of words are stored: with a head, and a mask that only training needs."""
    tensors = {f"wav2vec2.{name}": tensor.clone() for name, tensor in network.state_dict().items()}
    return {**tensors, "lm_head.weight": torch.zeros(3, 16), "wav2vec2.masked_spec_embed": torch.zeros(16)}


def former(name: str) -> str:
    for new, old in _FORMER.items():
        name = name.replace(new, old)
    return name


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.json").write_text(json.dumps(VOICE))
    return tmp_path


def heard(folder: Path) -> Tensor:
    return load_voice(folder).encode(sound(1.0))


@pytest.fixture
def network() -> torch.nn.Module:
    torch.manual_seed(0)
    return wav2vec2().requires_grad_(False)


def test_a_folder_is_loaded(folder: Path, network: torch.nn.Module) -> None:
    save_file(stored(network), folder / "model.safetensors")
    assert torch.equal(heard(folder), VoiceEncoder(network).encode(sound(1.0)))  # pyright: ignore[reportArgumentType]


def test_an_older_folder_is_loaded(folder: Path, network: torch.nn.Module) -> None:
    torch.save({former(name): tensor for name, tensor in stored(network).items()}, folder / "pytorch_model.bin")
    assert torch.equal(heard(folder), VoiceEncoder(network).encode(sound(1.0)))  # pyright: ignore[reportArgumentType]


def test_nothing_to_load_is_said(folder: Path) -> None:
    with pytest.raises(WeightsDamaged, match=r"model\.safetensors"):
        load_voice(folder)


@pytest.mark.parametrize("config", ["[]", "{", '{"conv_dim": "x"}', '{"hidden_size": -1}', '{"hidden_act": 5}'])
def test_a_strange_config_is_refused(folder: Path, network: torch.nn.Module, config: str) -> None:
    save_file(stored(network), folder / "model.safetensors")
    (folder / "config.json").write_text(config)
    with pytest.raises(WeightsDamaged, match=r"config\.json"):
        load_voice(folder)


def test_another_network_is_refused(folder: Path, network: torch.nn.Module) -> None:
    tensors = stored(network)
    tensors["wav2vec2.encoder.layer_norm.weight"] = torch.ones(17)
    save_file(tensors, folder / "model.safetensors")
    with pytest.raises(WeightsDamaged, match="layer_norm"):
        load_voice(folder)


def test_a_second_of_sound_has_thirty_states_however_loud(network: torch.nn.Module) -> None:
    encoder = VoiceEncoder(network)  # pyright: ignore[reportArgumentType]
    states = encoder.encode(sound(2.0))
    # wav2vec2 sees a state less than 50 a second, for want of a window at the end.
    assert states.shape == (3, 59, 16)
    torch.testing.assert_close(encoder.encode(sound(2.0) * np.float32(0.25)), states, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("samples", [0, 1, 399, 400])
def test_hardly_any_sound_has_no_states(network: torch.nn.Module, samples: int) -> None:
    states = VoiceEncoder(network).encode(sound(1.0)[:samples])  # pyright: ignore[reportArgumentType]
    assert states.shape == (3, 0, 16)
    assert torch.equal(states_of_frames(states, 4, Fraction(16)), torch.zeros(1, 3, 16, 4))


def test_frames_hear_the_nearest_state_and_silence_after_the_end() -> None:
    states = torch.arange(1.0, 11.0).view(1, 10, 1)
    frames = states_of_frames(states, 8, Fraction(16))
    assert frames.flatten().tolist() == [1, 3, 5, 7, 9, 10, 0, 0]
