"""Encodes a voice with wav2vec2 (arXiv:2006.11477): states of all its layers, assigned to the frames of a clip."""

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from artifex.catalog.contract import Samples
from artifex.catalog.wan.s2v.timing import feature_count, feature_of_frame
from artifex.engine.weights.empty import build_empty
from artifex.engine.weights.fill import fill, place_on
from artifex.engine.weights.json_object import read_json_object
from artifex.engine.weights.mapped import MappedTensors
from artifex.engine.weights.pth_header import read_pth_header
from artifex.engine.weights.shards import read_weight_files
from artifex.engine.weights.stored import REMEDY, WeightFile
from artifex.errors import WeightsDamaged

if TYPE_CHECKING:
    from transformers import Wav2Vec2Model

_UNUSED = ("lm_head.", "wav2vec2.masked_spec_embed")

_RENAMED = {
    "conv.weight_g": "conv.parametrizations.weight.original0",
    "conv.weight_v": "conv.parametrizations.weight.original1",
}
"""Older files have the weight norm of the positional convolution under torch's former names."""


class VoiceEncoder:
    """wav2vec2 on the CPU in float32, whatever the rest of the model runs on."""

    def __init__(self, network: "Wav2Vec2Model") -> None:
        self._network = network

    @torch.inference_mode()
    def encode(self, samples: Samples) -> Tensor:
        """States of every layer at 30 per second, float32 [layers, states, width]; none for too short a sound.

        Args:
            samples: at 16 kHz; their loudness does not matter.
        """
        waves = torch.from_numpy(_padded(_normalised(samples), self._shortest()))[None]
        layers: tuple[Tensor, ...] = self._network(waves, output_hidden_states=True).hidden_states
        states = torch.cat(layers).transpose(1, 2)
        count = feature_count(states.shape[2])
        if count == 0:
            return states.new_zeros(len(states), 0, states.shape[1])
        return F.interpolate(states, size=count, mode="linear", align_corners=True).transpose(1, 2)

    def _shortest(self) -> int:
        """Samples needed for one state."""
        config = self._network.config
        samples = 1
        for kernel, stride in zip(reversed(config.conv_kernel), reversed(config.conv_stride), strict=True):
            samples = (samples - 1) * stride + kernel
        return samples


def load_voice(folder: Path) -> VoiceEncoder:
    """Load a wav2vec2 network in transformers' layout: `config.json`, and `model.safetensors` or `pytorch_model.bin`.

    Raises:
        WeightsDamaged: a file is missing, damaged or of another network.
    """
    from transformers import Wav2Vec2Config, Wav2Vec2Model

    values = read_json_object(folder / "config.json")
    try:
        # The mask embedding is for training only; these probabilities decide whether the network has one.
        config = cast(Any, Wav2Vec2Config)(**{**values, "mask_time_prob": 0.0, "mask_feature_prob": 0.0})
        network = build_empty(lambda: Wav2Vec2Model(config))
    except Exception as error:  # whatever transformers raises for a config that it does not know
        raise WeightsDamaged(f"{folder / 'config.json'} is not understood ({error!s:.200}); {REMEDY}") from error
    fill(network, MappedTensors(_weight_files(folder)), place_on(torch.device("cpu"), torch.float32), _network_name)
    return VoiceEncoder(network)


def _weight_files(folder: Path) -> tuple[WeightFile, ...]:
    older = folder / "pytorch_model.bin"
    if not older.is_file() or (folder / "model.safetensors").is_file():
        return read_weight_files(folder, "model")
    return (read_pth_header(older),)


def states_of_frames(states: Tensor, frames: int, frame_rate: Fraction) -> Tensor:
    """Assign voice states to the frames of a clip.

    Args:
        states: at 30 per second, [layers, states, width].
        frames: of the clip; those after the sound's end get zeros.
        frame_rate: of the clip.

    Returns:
        [1, layers, width, frames].
    """
    wanted = [feature_of_frame(frame, frame_rate) for frame in range(frames)]
    heard = [place for place in wanted if place < states.shape[1]]
    return F.pad(states[:, heard].transpose(1, 2), (0, frames - len(heard)))[None]


def _normalised(samples: Samples) -> Samples:
    """Mean 0 and variance 1, as wav2vec2 was trained."""
    if len(samples) == 0:
        return samples
    return ((samples - samples.mean()) / np.sqrt(samples.var() + 1e-7)).astype(np.float32, copy=False)


def _padded(samples: Samples, least: int) -> Samples:
    return np.pad(samples, (0, max(0, least - len(samples))))


def _network_name(stored: str) -> str | None:
    """Name in the network; None for tensors needed only for speech recognition or training."""
    if stored.startswith(_UNUSED):
        return None
    name = stored.removeprefix("wav2vec2.")
    for old, new in _RENAMED.items():
        name = name.replace(old, new)
    return name
