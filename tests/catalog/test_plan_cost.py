"""The counted work of Wan models: against published counts of the full models, and against the modules themselves."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode
from transformers import UMT5Config as TransformersConfig
from transformers import UMT5EncoderModel

from artifex.catalog.plan import Execution, count_work
from artifex.catalog.wan import cost, parameters, vae_cost
from artifex.catalog.wan.loading import build_transformer
from artifex.catalog.wan.shapes import SHAPES
from artifex.catalog.wan.transformer import WanTransformer
from artifex.catalog.wan.transformer_config import TEXT_TOKENS, TransformerConfig
from artifex.catalog.wan.umt5_config import UMT5Config
from artifex.catalog.wan.vae import VaeConfig, WanVAE
from artifex.engine.attention import pick_attention
from artifex.engine.weights.empty import build_empty
from artifex.errors import WeightsDamaged
from tests.catalog.model_folders import (
    I2V_A14B,
    SMALL,
    T2V_A14B,
    TI2V_5B,
    UMT5_XXL,
    VAE_21,
    VAE_22,
    Shape,
    a_recipe,
    an_image_recipe,
    whole_transformer,
)

PETA = 1e15
WIDE, NARROW = Execution("cpu", "float32"), Execution("cpu", "bfloat16")
EVERY = pytest.mark.parametrize("shape", [T2V_A14B, I2V_A14B, TI2V_5B, SMALL], ids=["t2v", "i2v", "5b", "small"])


def transformer_of(shape: Shape) -> TransformerConfig:
    return TransformerConfig.from_dict(shape.transformer)


@pytest.mark.parametrize(
    ("shape", "tokens", "linear", "attention"),
    [(T2V_A14B, 32_760, 0.785, 0.893), (T2V_A14B, 75_600, 1.81, 4.71), (TI2V_5B, 27_280, 0.237, 0.279)],
    ids=["480p", "720p", "5b"],
)
def test_a_pass_of_the_full_models(shape: Shape, tokens: int, linear: float, attention: float) -> None:
    """Figures of the model classes, which project the prompt in every pass; ours does once a clip."""
    config = transformer_of(shape)
    every_pass = cost.linear_flops(config, tokens) + cost.text_projection_flops(config, TEXT_TOKENS)
    assert every_pass / PETA == pytest.approx(linear, rel=0.003)
    assert cost.attention_flops(config, tokens, TEXT_TOKENS) / PETA == pytest.approx(attention, rel=0.003)


@pytest.mark.parametrize(
    ("config", "latents", "decode", "encode"),
    [
        (VAE_21, (60, 104, 21), 0.275, 0.164),
        (VAE_21, (90, 160, 21), 0.64, 0.382),
        (VAE_22, (44, 80, 31), 2.01, None),
    ],
    ids=["2.1 480p", "2.1 720p", "2.2"],
)
def test_the_vaes_of_the_full_models(
    config: dict[str, object], latents: tuple[int, int, int], decode: float, encode: float | None
) -> None:
    vae = VaeConfig.from_dict(config)
    assert vae_cost.decode_flops(vae, *latents) / PETA == pytest.approx(decode, rel=0.005)
    if encode is not None:
        assert vae_cost.encode_flops(vae, *latents) / PETA == pytest.approx(encode, rel=0.005)


@torch.inference_mode()
@pytest.mark.parametrize("ends", [False, True], ids=["start", "start and end"])
def test_encoding_a_clip_that_stands_still(ends: bool) -> None:
    config = VaeConfig((0.0,) * 4, (1.0,) * 4, base_dim=4, z_dim=4)
    vae, clip = WanVAE(config).eval(), torch.zeros(1, 3, 81, 16, 16)
    clip[:, :, 0], clip[:, :, -1] = 0.5, 0.25 * ends
    with FlopCounterMode(display=False) as counter:
        vae.encode(clip)
    expected = vae_cost.encode_still_flops(config, 2, 2, 21, ends=ends)
    assert expected == pytest.approx(counter.get_total_flops(), rel=0.05)
    assert expected < 0.4 * vae_cost.encode_flops(config, 2, 2, 21)


@EVERY
def test_parameters_are_those_of_the_modules(shape: Shape) -> None:
    transformer, vae = transformer_of(shape), VaeConfig.from_dict(shape.vae)
    with torch.device("meta"):
        assert whole_transformer(transformer) == _count(WanTransformer(transformer))
        network = WanVAE(vae)
        assert vae_cost.parameters(vae) == _count(network)
        assert vae_cost.decoder_parameters(vae) == _count(network.decoder) + _count(network.post_quant_conv)


@pytest.mark.parametrize("name", SHAPES)
def test_parameters_of_every_published_transformer_block_by_block(name: str) -> None:
    config = SHAPES[name].transformer
    network = build_empty(lambda: build_transformer(config, pick_attention()))
    assert whole_transformer(config) == _count(network)
    for index, block in enumerate(network.blocks):
        assert parameters.block_parameters(config, index) == _count(block)


@pytest.mark.parametrize("config", [UMT5_XXL, SMALL.text], ids=["xxl", "small"])
def test_parameters_of_the_text_encoder(config: dict[str, Any]) -> None:
    with torch.device("meta"):
        expected = _count(UMT5EncoderModel(TransformersConfig(**config)))
    assert parameters.text_encoder_parameters(UMT5Config.from_dict(config)) == expected


def test_flops_of_a_small_pass_by_hand() -> None:
    config = TransformerConfig(
        num_attention_heads=1, attention_head_dim=6, in_channels=2, out_channels=3, ffn_dim=5, num_layers=2
    )
    weights_seen = 2 * (6 * 36 + 2 * 30) + 6 * (2 + 3) * 4
    assert cost.linear_flops(config, 10) == 2 * 10 * weights_seen
    assert cost.attention_flops(config, 10, 4) == 2 * (4 * 6 * 10 * 10 + 4 * 6 * 10 * 4)


def test_guidance_doubles_the_work_and_steps_multiply_it(tmp_path: Path) -> None:
    spec = SMALL.write(tmp_path)
    guided, plain, longer = (
        count_work(spec, recipe, WIDE)
        for recipe in (a_recipe(), a_recipe(guidance=(1.0, 1.0)), a_recipe(guidance=(1.0, 1.0), steps=48))
    )
    assert guided.linear == 2 * plain.linear
    assert guided.attention == pytest.approx(2 * plain.attention, rel=0.01)
    assert guided.forwards == 2 * plain.forwards
    assert longer.linear == pytest.approx(3 * plain.linear)
    assert guided.decode == plain.decode == longer.decode


def test_everything_grows_with_the_clip(tmp_path: Path) -> None:
    spec = SMALL.write(tmp_path)
    small = count_work(spec, a_recipe(), WIDE)
    for larger in (a_recipe(width=512), a_recipe(height=320), a_recipe(frame_count=65)):
        grown = count_work(spec, larger, WIDE)
        for name in ("linear", "attention", "decode", "pixels", "disk"):
            assert getattr(grown, name) > getattr(small, name)
        assert grown.host >= small.host


def test_memory_of_decoding_does_not_grow_with_the_length() -> None:
    vae = VaeConfig.from_dict(SMALL.vae)
    assert vae_cost.decode_elements(vae, 512) == pytest.approx(2 * vae_cost.decode_elements(vae, 256))
    assert vae_cost.decode_flops(vae, 16, 16, 18) > 1.9 * vae_cost.decode_flops(vae, 16, 16, 9)


def test_half_the_bytes_in_bfloat16_but_for_the_vae(tmp_path: Path) -> None:
    spec = TI2V_5B.write(tmp_path)
    wide, narrow = count_work(spec, a_recipe(), WIDE), count_work(spec, a_recipe(), NARROW)
    vae = 4 * vae_cost.parameters(VaeConfig.from_dict(VAE_22))
    assert wide.weights - vae == 2 * (narrow.weights - vae)


def test_a_picture_is_encoded_alone_or_as_a_whole_clip(tmp_path: Path) -> None:
    """TI2V keeps the first latent frame; I2V-A14B feeds the transformer a clip of the picture and grey frames."""
    alone, whole = TI2V_5B.write(tmp_path / "5b"), I2V_A14B.write(tmp_path / "i2v")
    vae = VaeConfig.from_dict(VAE_21)
    for spec, expected in (
        (alone, vae_cost.encode_flops(VaeConfig.from_dict(VAE_22), 16, 16, 1)),
        (whole, vae_cost.encode_still_flops(vae, 32, 32, 9, ends=False)),
    ):
        text_only = count_work(spec, a_recipe(), WIDE).encode
        assert count_work(spec, an_image_recipe(), WIDE).encode - text_only == pytest.approx(expected)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"z_dim": 16}'])
def test_a_configuration_that_cannot_be_read(tmp_path: Path, text: str) -> None:
    spec = SMALL.write(tmp_path)
    (tmp_path / "vae" / "config.json").write_text(text)
    with pytest.raises(WeightsDamaged, match="test"):
        count_work(spec, a_recipe(), WIDE)


def test_work_is_plain_numbers(tmp_path: Path) -> None:
    work = count_work(SMALL.write(tmp_path), a_recipe(), WIDE)
    assert json.loads(json.dumps(asdict(work))) == asdict(work)
    assert all(value >= 0 for value in asdict(work).values())


def _count(module: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())
