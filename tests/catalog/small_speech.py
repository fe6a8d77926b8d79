"""A whole speech-to-video model, small and random, in memory; and a voice for it.

Its VAE halves frames twice in both space and time, so that 32 pixels are 8 latent cells.
"""

from dataclasses import replace
from fractions import Fraction
from typing import Any, cast

import numpy as np
import torch
from transformers import Wav2Vec2Config, Wav2Vec2Model

from artifex.catalog.contract import Frames, References, Samples
from artifex.catalog.wan.components import Components
from artifex.catalog.wan.s2v.model import SpeechModel
from artifex.catalog.wan.s2v.network import SpeechConfig, SpeechTransformer
from artifex.catalog.wan.s2v.voice import VoiceEncoder
from artifex.catalog.wan.text import PromptEncoder, read_tokenizer
from artifex.catalog.wan.umt5 import UMT5Config, UMT5Encoder
from artifex.catalog.wan.vae import VaeConfig, WanVAE
from artifex.recipe import ModelLock, Recipe, Speech
from tests.catalog.small_wan import TEXT
from tests.golden.cases import find_case

TRANSFORMER = SpeechConfig(
    num_attention_heads=2,
    attention_head_dim=24,
    in_channels=8,
    out_channels=8,
    text_dim=32,
    ffn_dim=64,
    num_layers=2,
    pose_channels=8,
    audio_dim=16,
    audio_layers=3,
    audio_tokens=2,
    audio_inject_layers=(1,),
)
VOICE: dict[str, Any] = {
    "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 16, "conv_dim": [8] * 7,
    "conv_bias": True, "num_conv_pos_embeddings": 4, "num_conv_pos_embedding_groups": 2,
    "feat_extract_norm": "layer", "do_stable_layer_norm": True
}  # fmt: skip
RECIPE = Recipe(
    model=ModelLock("small", ()),
    task="s2v",
    prompt="A small red boat",
    negative_prompt="grey",
    width=32,
    height=32,
    frame_count=22,
    frame_rate=Fraction(16),
    steps=2,
    solver="unipc",
    shift=3.0,
    guidance=(4.5, 4.5),
    seed=11,
    speech=Speech(segment_frames=8),
)
"""Three segments, the last of which is cut."""
COMPAT = replace(RECIPE, frame_count=21, speech=Speech(segment_frames=8, compat=True))


def small_speech_model(experts: int = 1) -> SpeechModel:
    torch.manual_seed(0)
    vae = VaeConfig(
        latents_mean=(0.0,) * 8,
        latents_std=(1.0,) * 8,
        base_dim=4,
        z_dim=8,
        dim_mult=(1, 1, 1),
        num_res_blocks=1,
        temperal_downsample=(True, True),
    )
    tokenizer = read_tokenizer(find_case("pipe_ti2v").folder / "ckpt" / "google" / "umt5-xxl" / "tokenizer.json")
    components = Components(
        prompts=PromptEncoder(tokenizer, UMT5Encoder(UMT5Config.from_dict(TEXT)).eval()),
        vae=WanVAE(vae).eval(),
        low_noise=network(),
        high_noise=network() if experts == 2 else None,
        boundary=0.9 if experts == 2 else 1.0,
    )
    return SpeechModel(components, VoiceEncoder(wav2vec2()))


def network() -> SpeechTransformer:
    return SpeechTransformer(TRANSFORMER).requires_grad_(False).eval()


def wav2vec2() -> Wav2Vec2Model:
    return Wav2Vec2Model(cast(Any, Wav2Vec2Config)(**VOICE)).eval()


def picture(height: int = 90, width: int = 70) -> Frames:
    return np.random.default_rng(0).integers(0, 256, (1, height, width, 3), dtype=np.uint8)


def sound(seconds: float, seed: int = 0) -> Samples:
    return np.random.default_rng(seed).uniform(-0.5, 0.5, round(seconds * 16_000)).astype(np.float32)


def references(seconds: float = 1.4, seed: int = 0) -> References:
    return References({"image": picture()}, sound(seconds, seed))
