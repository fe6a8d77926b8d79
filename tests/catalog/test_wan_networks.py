"""Our networks against Diffusers' and transformers' classes, on small random shapes in float32."""

from copy import deepcopy
from typing import Any

import pytest
import torch
from torch import Tensor

from artifex.catalog.wan.text_padding import collapse_padding
from artifex.catalog.wan.transformer import TransformerConfig, WanTransformer
from artifex.catalog.wan.umt5 import UMT5Config, UMT5Encoder
from artifex.catalog.wan.vae import VaeConfig, WanVAE

TRANSFORMER: dict[str, Any] = {
    "num_attention_heads": 4, "attention_head_dim": 24, "in_channels": 8, "out_channels": 8, "text_dim": 32,
    "ffn_dim": 128, "num_layers": 2
}  # fmt: skip
VAES: dict[str, dict[str, Any]] = {
    "plain": {"base_dim": 8, "z_dim": 16, "num_res_blocks": 2},
    "residual": {
        "base_dim": 8, "decoder_base_dim": 12, "z_dim": 16, "num_res_blocks": 1, "is_residual": True, "patch_size": 2,
        "in_channels": 12, "out_channels": 12
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def transformers() -> tuple[WanTransformer, Any]:
    from diffusers.models.transformers.transformer_wan import WanTransformer3DModel

    torch.manual_seed(0)
    theirs = WanTransformer3DModel(**TRANSFORMER).eval()
    ours = WanTransformer(TransformerConfig.from_dict(dict(theirs.config))).eval()
    ours.load_state_dict(theirs.state_dict())
    return ours, theirs


def padded_prompts() -> tuple[Tensor, Tensor]:
    """Two prompts of 9 and 30 tokens, padded with zeros to 512."""
    length = torch.tensor([9, 30])
    text = torch.randn(2, 512, TRANSFORMER["text_dim"])
    return text.masked_fill(torch.arange(512)[None, :, None] >= length[:, None, None], 0.0), length


@torch.inference_mode()
@pytest.mark.parametrize("groups", ["clip", "frames", "tokens"])
def test_transformer_like_diffusers(transformers: tuple[WanTransformer, Any], groups: str) -> None:
    ours, theirs = transformers
    latents, (text, _) = torch.randn(2, 8, 3, 4, 6), padded_prompts()
    frames = torch.tensor([[0.0, 433.0, 433.0], [871.0, 871.0, 871.0]])
    per_token = frames.repeat_interleave(6, dim=1)
    timestep = {"clip": frames[:, 1], "frames": frames, "tokens": per_token}[groups]
    expected = theirs(latents, timestep if groups == "clip" else per_token, text, return_dict=False)[0]
    assert torch.allclose(ours(latents, timestep, text), expected, atol=1e-5)


@torch.inference_mode()
def test_one_padding_token_stands_for_all(transformers: tuple[WanTransformer, Any]) -> None:
    ours, _ = transformers
    latents, timestep, (text, length) = torch.randn(2, 8, 3, 4, 6), torch.tensor([500, 20]), padded_prompts()
    collapsed, bias = collapse_padding(text[:, : int(length.max())], length, 512)
    assert collapsed.shape[1] == int(length.max()) + 1
    assert torch.allclose(ours(latents, timestep, collapsed, bias), ours(latents, timestep, text), atol=1e-5)


@torch.inference_mode()
def test_a_prompt_without_room_for_padding() -> None:
    text = torch.randn(1, 5, 3)
    collapsed, bias = collapse_padding(text, torch.tensor([5]), 5)
    assert torch.equal(collapsed[:, :5], text)
    assert bias.tolist() == [[0.0] * 5 + [float("-inf")]]


@torch.inference_mode()
def test_prepared_text_changes_nothing(transformers: tuple[WanTransformer, Any]) -> None:
    ours, _ = transformers
    latents, timestep = torch.randn(2, 8, 3, 4, 6), torch.tensor([500, 20])
    text, bias = collapse_padding(torch.randn(2, 9, 32), torch.tensor([9, 4]), 512)
    assert torch.equal(ours(latents, timestep, ours.prepare_text(text, bias)), ours(latents, timestep, text, bias))


def test_every_parameter_of_the_transformer_learns(transformers: tuple[WanTransformer, Any]) -> None:
    network = WanTransformer(TransformerConfig.from_dict(TRANSFORMER))
    with torch.autocast("cpu", torch.bfloat16):
        out = network(torch.randn(1, 8, 3, 4, 6), torch.tensor([[0.0, 5.0, 5.0]]), torch.randn(1, 4, 32))
    assert out.dtype == torch.float32
    out.square().mean().backward()
    assert all(parameter.grad is not None for parameter in network.parameters())


@torch.inference_mode()
def test_bfloat16_weights_stay_close(transformers: tuple[WanTransformer, Any]) -> None:
    ours, _ = transformers
    half = WanTransformer(ours.config).to(torch.bfloat16).eval()
    half.load_state_dict(ours.state_dict())
    latents, timestep, (text, _) = torch.randn(2, 8, 3, 4, 6), torch.tensor([500, 20]), padded_prompts()
    exact, rounded = ours(latents, timestep, text), half(latents, timestep, text)
    assert rounded.dtype == torch.float32
    assert float((exact - rounded).square().mean().sqrt() / exact.square().mean().sqrt()) < 0.02


@pytest.fixture(params=VAES, scope="module")
def vaes(request: pytest.FixtureRequest) -> tuple[WanVAE, Any]:
    from diffusers.models.autoencoders.autoencoder_kl_wan import AutoencoderKLWan

    torch.manual_seed(0)
    theirs = AutoencoderKLWan(**VAES[request.param]).eval()
    ours = WanVAE(VaeConfig.from_dict(dict(theirs.config))).eval()
    ours.load_state_dict(theirs.state_dict())
    return ours, theirs


@torch.inference_mode()
def test_vae_like_diffusers(vaes: tuple[WanVAE, Any]) -> None:
    ours, theirs = vaes
    video = torch.rand(2, 3, 9, 32, 64) * 2 - 1
    mean = torch.tensor(ours.config.latents_mean).view(1, -1, 1, 1, 1)
    std = torch.tensor(ours.config.latents_std).view(1, -1, 1, 1, 1)
    raw = theirs.encode(video).latent_dist.mode()
    assert torch.allclose(ours.encode(video), (raw - mean) / std, atol=1e-5)
    chunks = list(ours.decode((raw - mean) / std))
    assert [chunk.shape[2] for chunk in chunks] == [1, 4, 4]
    assert torch.allclose(torch.cat(chunks, dim=2), theirs.decode(raw).sample, atol=1e-5)


@torch.inference_mode()
def test_vae_in_one_pass_like_in_chunks(vaes: tuple[WanVAE, Any]) -> None:
    ours, theirs = vaes
    video = torch.rand(1, 3, 9, 32, 32) * 2 - 1
    mean, log_variance = ours.moments(video)
    expected = theirs.encode(video).latent_dist
    assert torch.allclose(mean, expected.mean, atol=1e-5)
    assert torch.allclose(log_variance.clamp(-30, 20), expected.logvar, atol=1e-5)
    assert torch.allclose(ours.pixels(mean).clamp(-1, 1), theirs.decode(mean).sample, atol=1e-5)


@torch.inference_mode()
def test_text_encoder_like_transformers() -> None:
    from transformers.models.umt5.configuration_umt5 import UMT5Config as TheirConfig
    from transformers.models.umt5.modeling_umt5 import UMT5EncoderModel

    torch.manual_seed(0)
    config = TheirConfig(vocab_size=90, d_model=24, d_kv=8, d_ff=48, num_heads=3, num_layers=2)
    theirs = UMT5EncoderModel(config).eval()
    for parameter in theirs.parameters():
        parameter.normal_(0, 0.3)
    ours = UMT5Encoder(UMT5Config.from_dict(config.to_dict())).eval()
    weights = theirs.state_dict()
    ours.load_state_dict({name: weights[name] for name in ours.state_dict()})
    ids, mask = torch.randint(0, 90, (2, 170)), torch.ones(2, 170, dtype=torch.bool)
    mask[0, 60:] = False
    expected = theirs(ids, mask.long()).last_hidden_state
    assert torch.allclose(ours(ids, mask)[mask], expected[mask], atol=1e-5)
    assert torch.allclose(ours(ids[:1, :60]), expected[:1, :60], atol=1e-5)


@torch.inference_mode()
def test_a_text_encoder_in_float16_bears_large_numbers() -> None:
    """Those of the large umT5 are; transformers keeps the same matrices in float32."""
    torch.manual_seed(0)
    encoder = UMT5Encoder(UMT5Config(vocab_size=90, d_model=24, d_kv=8, d_ff=48, num_heads=3, num_layers=2)).eval()
    for name, parameter in encoder.named_parameters():
        if "norm" not in name:
            parameter.normal_(0, 3000 if name.endswith("wo.weight") else 0.3)
    encoder.half()
    ids = torch.randint(0, 90, (1, 40))
    got, expected = encoder(ids), deepcopy(encoder).float()(ids)
    assert got.dtype == torch.float16
    assert torch.allclose(got.float(), expected, atol=0.02)
