"""Random weights: the same everywhere, quick, and of a kind that a deep network survives."""

import hashlib
from dataclasses import fields, replace

import pytest
import torch

from artifex.catalog.execution import Execution
from artifex.catalog.wan.random_components import random_components
from artifex.catalog.wan.s2v.network import SpeechConfig, SpeechTransformer
from artifex.catalog.wan.shapes import SHAPES, Shapes
from artifex.catalog.wan.transformer import TransformerConfig, WanTransformer
from artifex.catalog.wan.umt5 import UMT5Config
from artifex.catalog.wan.vae import VaeConfig
from artifex.engine.attention import pick_attention
from artifex.engine.weights.contract import TensorInfo
from artifex.engine.weights.empty import build_empty
from artifex.engine.weights.random import RandomTensors

DEEP = TransformerConfig(num_attention_heads=2, attention_head_dim=24, text_dim=32, ffn_dim=64)
SMALL = Shapes(
    DEEP,
    VaeConfig((0.0,) * 16, (1.0,) * 16, base_dim=4),
    UMT5Config(vocab_size=16, d_model=32, d_kv=8, d_ff=64, num_heads=4, num_layers=2),
    experts=2,
    boundary=0.875,
)


def one(name: str, shape: tuple[int, ...], seed: int = 0, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return RandomTensors({name: TensorInfo(shape, dtype)}, seed).read(name)


def test_values_are_the_same_on_every_machine() -> None:
    digest = hashlib.sha256(one("blocks.3.attn1.to_q.weight", (64, 48)).numpy().tobytes()).hexdigest()
    assert digest[:16] == "85f8e5ba5101b874"


def test_values_depend_on_name_shape_and_seed() -> None:
    base = one("a.weight", (64, 48))
    assert torch.equal(base, one("a.weight", (64, 48)))
    others = [one("b.weight", (64, 48)), one("a.weight", (64, 48), seed=1), one("a.weight", (48, 64)).view(64, 48)]
    assert not any(torch.equal(base, other) for other in others)


def test_scale_follows_the_fan_in() -> None:
    weight = one("a.weight", (256, 512, 3))
    assert weight.std() * (512 * 3) ** 0.5 == pytest.approx(1, abs=0.01)
    assert weight.mean().abs() < 1e-3
    assert torch.equal(one("norm.weight", (7,)), torch.ones(7))
    assert torch.equal(one("norm.gamma", (7, 1, 1, 1)), torch.ones(7, 1, 1, 1))
    assert torch.equal(one("a.bias", (7,)), torch.zeros(7))


def test_tensors_larger_than_the_pool() -> None:
    large = one("a.weight", (4100, 4100), dtype=torch.bfloat16)
    assert large[-100:].float().std() * 4100**0.5 == pytest.approx(1, abs=0.01)


@torch.inference_mode()
def test_deep_networks_stay_finite() -> None:
    parts = random_components(SMALL, Execution("cpu", "bfloat16"), pick_attention())
    (states,) = parts.prompts.encode(["two words"])
    assert states.isfinite().all()
    assert parts.high_noise is not None
    for network in (parts.low_noise, parts.high_noise):
        velocity = network(torch.randn(1, 16, 2, 8, 8), torch.tensor([500.0]), states)
        assert velocity.isfinite().all()
        assert 0.01 < velocity.std() < 100
    video = torch.cat(list(parts.vae.decode(torch.zeros(1, 16, 2, 4, 4))), dim=2)
    assert video.isfinite().all()
    assert not torch.equal(parts.low_noise.proj_out.weight, parts.high_noise.proj_out.weight)


def test_speech_models_are_made_too() -> None:
    config = SpeechConfig(**{field.name: getattr(SMALL.transformer, field.name) for field in fields(TransformerConfig)})
    shapes = replace(SMALL, transformer=config, experts=1, extra="speech")
    parts = random_components(shapes, Execution("cpu", "bfloat16"), pick_attention())
    assert isinstance(parts.low_noise, SpeechTransformer)
    assert all(tensor.isfinite().all() for tensor in parts.low_noise.state_dict().values())


@pytest.mark.parametrize("name", SHAPES)
def test_every_entry_of_the_catalog_has_its_size(name: str) -> None:
    network = build_empty(lambda: WanTransformer(SHAPES[name].transformer, pick_attention()))
    source = RandomTensors.like(network, torch.bfloat16)
    assert source.read("scale_shift_table").isfinite().all()
    billions = sum(parameter.numel() for parameter in network.parameters()) / 1e9
    assert billions == pytest.approx({"5b": 5.0, "1.3b": 1.42}.get(name.rpartition("-")[2], 15.3), rel=0.08)
