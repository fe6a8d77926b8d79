"""Properties of the speech transformer that the recorded runs do not show."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from artifex.catalog.execution import Execution, Quantisation
from artifex.catalog.wan.residency import Residency
from artifex.catalog.wan.s2v.config import SpeechConfig
from artifex.catalog.wan.s2v.network import PreparedSpeech, SpeechTransformer
from artifex.engine.weights.empty import build_empty
from artifex.engine.weights.fill import fill
from artifex.engine.weights.random import RandomTensors
from tests.catalog.small_speech import TRANSFORMER, network

AUTHORS = {
    "dim": 48, "num_heads": 2, "ffn_dim": 64, "num_layers": 2, "in_dim": 8, "out_dim": 8, "cond_dim": 8,
    "audio_dim": 16, "num_audio_token": 2, "audio_inject_layers": [1], "text_dim": 32, "freq_dim": 256, "eps": 1e-6,
    "enable_adain": True, "adain_mode": "attn_norm", "zero_timestep": True, "enable_motioner": False,
    "enable_framepack": True, "add_last_motion": True
}  # fmt: skip


def noise(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape)))


def velocity(network: SpeechTransformer) -> Tensor:
    text = network.prepare_text(noise(1, 5, 32))
    scene = network.prepare_scene(noise(1, 8, 1, 8, 8), 2, noise(1, 8, 2, 8, 8), noise(1, 8, 19, 8, 8))
    prepared = PreparedSpeech(text.layers, text.bias, scene, network.prepare_voice(noise(1, 3, 16, 8)))
    return network(noise(1, 8, 2, 8, 8), torch.tensor([500]), prepared)


@pytest.fixture
def small() -> SpeechTransformer:
    torch.manual_seed(0)
    return network()


@pytest.mark.parametrize("most", [1, 5, 16, 40])
def test_tokens_in_chunks_give_the_same(small: SpeechTransformer, most: int) -> None:
    with torch.inference_mode():
        whole = velocity(small)
        small.chunk_tokens(most)
        torch.testing.assert_close(velocity(small), whole)


def loaded(execution: Execution) -> tuple[SpeechTransformer, Residency]:
    """A transformer of random weights, the same for every execution; a block that listens is among the streamed."""
    config = replace(TRANSFORMER, num_layers=4, audio_inject_layers=(0, 2))
    network = build_empty(lambda: SpeechTransformer(config))
    weights = RandomTensors.like(network, torch.float32)
    residency = Residency(execution, 1)
    fill(network, weights, residency.prepare(network, weights))
    return network, residency


@torch.inference_mode()
def test_streamed_blocks_give_the_bits_of_resident_ones() -> None:
    resident, _ = loaded(Execution("cpu", "float32"))
    streamed, residency = loaded(Execution("cpu", "float32", resident_blocks=1))
    expected = velocity(resident)
    assert torch.equal(velocity(streamed), expected)
    assert torch.equal(velocity(streamed), expected)
    residency.close()


@torch.inference_mode()
@pytest.mark.parametrize("quantisation", ["int8", "fp8-storage"])
def test_quantised_blocks_stay_near(quantisation: Quantisation) -> None:
    exact = velocity(loaded(Execution("cpu", "float32"))[0])
    rough = velocity(loaded(Execution("cpu", "float32", quantisation=quantisation))[0])
    assert not torch.equal(rough, exact)
    assert float((rough - exact).abs().max()) < 0.1 * float(exact.abs().max())


def test_gradients_reach_what_listens(small: SpeechTransformer) -> None:
    with torch.inference_mode():
        plain = velocity(small)
    small.requires_grad_(True)
    trained = velocity(small)
    torch.testing.assert_close(trained, plain)
    trained.square().sum().backward()
    silent = [name for name, tensor in small.named_parameters() if tensor.grad is None or not tensor.grad.any()]
    assert [name for name in silent if "attn2.to_k" not in name and "norm_k" not in name] == []


def test_a_plain_condition_is_refused(small: SpeechTransformer) -> None:
    with pytest.raises(TypeError):
        small(noise(1, 8, 2, 8, 8), torch.tensor([500]), noise(1, 5, 32))


def test_weights_in_bfloat16_stay_near(small: SpeechTransformer) -> None:
    with torch.inference_mode():
        exact = velocity(small)
        rounded = velocity(small.to(torch.bfloat16))
    assert rounded.dtype == torch.float32
    assert float((rounded - exact).abs().max()) < 0.05 * float(exact.abs().max())


def test_the_authors_config_is_understood() -> None:
    config = SpeechConfig.from_authors(AUTHORS)
    assert (config.dim, config.audio_inject_layers, config.audio_layers) == (48, (1,), 25)
    assert SpeechConfig.from_dict({}) == SpeechConfig()
    assert TRANSFORMER.in_channels == config.in_channels


@pytest.mark.parametrize(
    "change", [{"enable_motioner": True}, {"zero_timestep": False}, {"adain_mode": "x"}, {"audio_inject_layers": [2]}]
)
def test_another_network_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        SpeechConfig.from_authors({**AUTHORS, **change})
