"""A small random speech-to-video model with two experts, and reference media for it."""

import json
import os
import shutil
import subprocess
import sys
import wave
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import nn
from transformers import Wav2Vec2Config, Wav2Vec2Model

from artifex.catalog.wan.s2v.network import SpeechTransformer
from artifex.catalog.wan.umt5 import UMT5Config, UMT5Encoder
from artifex.catalog.wan.vae import VaeConfig, WanVAE
from tests.catalog.small_speech import TRANSFORMER, VOICE
from tests.catalog.small_wan import TEXT
from tests.golden.cases import find_case

_SPEECH = replace(TRANSFORMER, in_channels=16, out_channels=16, pose_channels=16)
_VAE = VaeConfig((0.0,) * 16, (1.0,) * 16, base_dim=4, num_res_blocks=1)
_RATE = 16_000


def write_speech_model(folder: Path) -> Path:
    """Write it in Diffusers' layout: speech experts, a VAE like Wan2.1's, umT5 and wav2vec2."""
    torch.manual_seed(0)
    for name in ("transformer", "transformer_2"):
        _write(folder / name, asdict(_SPEECH), SpeechTransformer(_SPEECH))
    _write(folder / "vae", asdict(_VAE), WanVAE(_VAE))
    _write(folder / "text_encoder", TEXT, UMT5Encoder(UMT5Config.from_dict(TEXT)), "model")
    voice = nn.ModuleDict(
        {"wav2vec2": Wav2Vec2Model(cast(Any, Wav2Vec2Config)(**VOICE))}
    )  # nested as in the published weights
    _write(folder / "audio_encoder", VOICE, voice, "model")
    (folder / "model_index.json").write_text(json.dumps({"boundary_ratio": 0.9}))
    (folder / "tokenizer").mkdir()
    shutil.copy(find_case("pipe_ti2v").folder / "ckpt" / "google" / "umt5-xxl" / "tokenizer.json", folder / "tokenizer")
    return folder


def install(home: Path, folder: Path, name: str, like: str) -> None:
    """Install a model with `artifex models add`."""
    words = ["models", "add", str(folder), "--name", name, "--like", like]
    environment = {**os.environ, "ARTIFEX_HOME": str(home)}
    start = [sys.executable, "-m", "artifex.cli.main"]
    added = subprocess.run([*start, *words], check=False, env=environment, capture_output=True, text=True)
    assert added.returncode == 0, added.stderr


def write_tone(path: Path, seconds: float) -> Path:
    """A WAV file of 440 Hz that grows louder."""
    time = np.arange(round(seconds * _RATE)) / _RATE
    samples = np.sin(2 * np.pi * 440 * time) * np.linspace(0.1, 0.6, len(time))
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, _RATE, 0, "NONE", ""))
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


def write_picture(path: Path, size: int = 64, seed: int = 0) -> Path:
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (size, size, 3), dtype=np.uint8)).save(path)
    return path


def _write(folder: Path, config: Mapping[str, Any], network: nn.Module, stem: str = "diffusion_pytorch_model") -> None:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(config))
    save_file({name: tensor.clone() for name, tensor in network.state_dict().items()}, folder / f"{stem}.safetensors")
