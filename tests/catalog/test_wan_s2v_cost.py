"""The counted work of speech: against the modules themselves, and against what is known of the full model."""

from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any, cast

import pytest
import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode
from transformers import Wav2Vec2Config, Wav2Vec2Model

from artifex.catalog.contract import Hooks
from artifex.catalog.plan import Execution, count_work
from artifex.catalog.rates import typical
from artifex.catalog.registry import find_model
from artifex.catalog.wan import vae_cost
from artifex.catalog.wan.cost import linear_flops
from artifex.catalog.wan.s2v import cost
from artifex.catalog.wan.s2v.layout import ClipLayout
from artifex.catalog.wan.s2v.network import PreparedSpeech, SpeechConfig, SpeechTransformer
from artifex.catalog.wan.shapes import SHAPES
from artifex.catalog.wan.transformer import WanTransformer
from artifex.engine.weights.empty import build_empty
from artifex.recipe import Speech
from tests.catalog.model_folders import whole_transformer
from tests.catalog.small_speech import COMPAT, RECIPE, TRANSFORMER, references, small_speech_model

LAYOUT = ClipLayout.of(RECIPE)


def held(network: nn.Module) -> int:
    return sum(tensor.numel() for tensor in network.parameters())


@pytest.mark.parametrize("config", [TRANSFORMER, SpeechConfig()], ids=["small", "14B"])
def test_parameters(config: SpeechConfig) -> None:
    speech, plain = (build_empty(partial(kind, config)) for kind in (SpeechTransformer, WanTransformer))
    in_blocks = held(speech.blocks) - held(plain.blocks)
    assert held(speech) - held(plain) - in_blocks == cost.outside_parameters(config)
    assert held(speech) == whole_transformer(config)


def test_the_full_model_has_as_many_tensors_as_its_file() -> None:
    assert len(build_empty(lambda: SpeechTransformer(SpeechConfig())).state_dict()) == 1260


def test_parameters_of_the_voice_encoder() -> None:
    large = {
        "hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16, "intermediate_size": 4096,
        "conv_bias": True, "feat_extract_norm": "layer", "do_stable_layer_norm": True, "mask_time_prob": 0.0
    }  # fmt: skip
    network = build_empty(lambda: Wav2Vec2Model(cast(Any, Wav2Vec2Config)(**large)))
    assert held(network) == cost.VOICE_PARAMETERS


@pytest.mark.parametrize("segment", [0, 1])
def test_tokens(segment: int) -> None:
    tokens = cost.segment_tokens(TRANSFORMER, LAYOUT, segment, 16, 24)
    small = SpeechTransformer(TRANSFORMER)
    motion = torch.zeros(1, 8, 19, 16, 24) if LAYOUT.looks_back(segment) else None
    scene = small.prepare_scene(torch.zeros(1, 8, 1, 16, 24), LAYOUT.segment_latents, None, motion)
    assert len(scene.rotary) == tokens.total
    assert scene.still.shape[1] == tokens.still


def counted_attention(query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None = None) -> Tensor:
    """In operations that the counter knows everywhere."""
    return (query @ key.transpose(2, 3)).softmax(dim=-1) @ value


@torch.inference_mode()
def pass_flops(config: SpeechConfig) -> float:
    network = SpeechTransformer(config, counted_attention)
    text = network.prepare_text(torch.zeros(1, 5, 32))
    scene = network.prepare_scene(torch.zeros(1, 8, 1, 8, 8), LAYOUT.segment_latents, None, None)
    prepared = PreparedSpeech(text.layers, text.bias, scene, network.prepare_voice(torch.zeros(1, 3, 16, 8)))
    latents, timestep = torch.zeros(1, 8, LAYOUT.segment_latents, 8, 8), torch.tensor([500])
    network(latents, timestep, prepared)  # keys and values are computed in the first pass
    with FlopCounterMode(display=False) as counter:
        network(latents, timestep, prepared)
    return counter.get_total_flops()


def test_flops_of_listening() -> None:
    tokens = cost.segment_tokens(TRANSFORMER, LAYOUT, 0, 8, 8)
    more = pass_flops(replace(TRANSFORMER, audio_inject_layers=(0, 1)))
    deaf = pass_flops(replace(TRANSFORMER, audio_inject_layers=()))
    assert (more - deaf) / 2 == sum(cost.listening_flops(TRANSFORMER, tokens.video))


def test_latents_through_the_vae() -> None:
    assert cost.decoded_latents(LAYOUT) == (1 + 2, 19 + 2, 19 + 2)
    assert cost.latents_between(LAYOUT) == ((3, 3, 21), (19, 19))
    assert cost.decoded_latents(ClipLayout.of(COMPAT)) == cost.decoded_latents(LAYOUT)


def test_they_are_those_that_a_clip_takes_there(monkeypatch: pytest.MonkeyPatch) -> None:
    model = small_speech_model()
    vae = model._parts.vae
    decoded, encoded = list[int](), list[int]()
    decode, encode = vae.decode, vae.encode

    def decoding(latents: Tensor, **options: Any) -> Any:
        decoded.append(latents.shape[2])
        return decode(latents, **options)

    def encoding(video: Tensor, **options: Any) -> Tensor:
        latents = encode(video, **options)
        encoded.append(latents.shape[2])
        return latents

    monkeypatch.setattr(vae, "decode", decoding)
    conditioning = model.encode(RECIPE, references())
    monkeypatch.setattr(vae, "encode", encoding)
    latents = model.denoise(conditioning, RECIPE, Hooks(lambda _: None, lambda _: None, 100), None)
    assert (tuple(decoded), tuple(encoded)) == cost.latents_between(LAYOUT)
    decoded.clear()
    assert sum(map(len, model.decode(latents, conditioning))) == RECIPE.frame_count
    assert tuple(decoded) == cost.decoded_latents(LAYOUT)


def test_all_of_it_is_counted() -> None:
    """A clip of 14B in three segments: 19 latents behind the first are decoded again, and 20 of each are its own."""
    name = "wan2.2-s2v-14b"
    recipe = replace(RECIPE, width=1024, height=704, frame_count=3 * 80, speech=Speech(segment_frames=80))
    work = count_work(find_model(name), recipe, Execution("cuda:0", "bfloat16"))
    vae, network = SHAPES[name].vae, SHAPES[name].transformer
    assert isinstance(network, SpeechConfig)
    tokens = cost.segment_tokens(network, ClipLayout.of(recipe), 2, 88, 128)
    listening, _ = cost.listening_flops(network, tokens.video)
    assert work.linear == pytest.approx(work.forwards * (linear_flops(network, tokens.total) + listening))
    first, later = (vae_cost.decode_flops(vae, 88, 128, latents) for latents in (1 + 20, 19 + 20))
    assert work.chunks == 21 + 39 + 39
    assert work.decode == first + 2 * later
    assert work.between == pytest.approx(first + later + 2 * vae_cost.encode_flops(vae, 88, 128, 19))
    assert work.heard == cost.voice_flops(Fraction(15))
    told, deaf = (typical("cuda:0").stages(each) for each in (work, replace(work, heard=0.0, between=0.0)))
    assert told["encode"] - deaf["encode"] == pytest.approx(2e-11 * work.heard)
    assert told["denoise"] - deaf["denoise"] == pytest.approx(5e-14 * work.between)
