"""Our networks give what the authors' give, from the authors' own tensors."""

import pytest
import torch
from torch import Tensor

from artifex.catalog.wan.text import padded_states
from artifex.catalog.wan.transformer import WanTransformer
from artifex.catalog.wan.vae import WanVAE
from tests.golden import authors
from tests.golden.cases import Case, find_case

TRANSFORMERS = ("dit_t2v", "dit_i2v", "dit_ti2v")
VAES = ("vae_2_1", "vae_2_2")


def run(network: WanTransformer, case: Case, sample: int, latents: Tensor, timestep: Tensor) -> Tensor:
    states = case.inputs[f"context_{sample}"][None]
    return network(latents[None], timestep, *padded_states(states))[0]


def model_input(case: Case, sample: int) -> Tensor:
    """Noisy latents with, for image-to-video, the condition's channels behind them."""
    parts = [case.inputs[name][sample] for name in ("x", "y") if name in case.inputs]
    return torch.cat(parts)


@pytest.fixture(params=TRANSFORMERS)
def transformer(request: pytest.FixtureRequest) -> tuple[Case, WanTransformer]:
    case = find_case(request.param)
    return case, authors.transformer(case.config, case.folder / "weights.safetensors")


@torch.inference_mode()
def test_transformer_forward(transformer: tuple[Case, WanTransformer]) -> None:
    case, network = transformer
    times = {"out": "t", "out_padded": "t", "out_t_vector": "t_vector"}
    for output, time in times.items():
        if output not in case.outputs:
            continue
        for sample in range(len(case.inputs["x"])):
            ours = run(network, case, sample, model_input(case, sample), case.inputs[time][sample : sample + 1])
            case.check_values(ours, case.outputs[output][sample], output)


@torch.inference_mode()
def test_transformer_on_another_size(transformer: tuple[Case, WanTransformer]) -> None:
    """The authors' ragged call is one call a sample here; its timesteps are those of the shorter sequence."""
    case, network = transformer
    theirs = case.outputs["out_ragged_1"]
    latents = model_input(case, 1)[:, : theirs.shape[1], : theirs.shape[2], : theirs.shape[3]]
    tokens = latents[0, :, ::2, ::2].numel()
    timestep = case.inputs["t"][1:2]
    timestep = timestep[:, :tokens] if timestep.dim() == 2 else timestep
    case.check_values(run(network, case, 1, latents, timestep), theirs, "out_ragged_1")


@pytest.fixture(params=VAES)
def vae(request: pytest.FixtureRequest) -> tuple[Case, WanVAE]:
    case = find_case(request.param)
    return case, authors.vae(case.folder / "weights.safetensors")


@torch.inference_mode()
def test_vae_encode(vae: tuple[Case, WanVAE]) -> None:
    case, network = vae
    video = case.inputs["video"][None]
    case.check(network.encode(video)[0], "encoded")
    case.check(network.encode(video[:, :, :1])[0], "encoded_first_frame")


@torch.inference_mode()
def test_vae_decode(vae: tuple[Case, WanVAE]) -> None:
    case, network = vae
    latents = case.inputs["z"][None]
    case.check(torch.cat(list(network.decode(latents)), dim=2)[0], "decoded")
    case.check(torch.cat(list(network.decode(latents[:, :, :1])), dim=2)[0], "decoded_one_frame")


@torch.inference_mode()
def test_text_encoder() -> None:
    case = find_case("umt5")
    network = authors.text_encoder(case.folder / "weights.safetensors")
    mask = case.inputs["mask"].bool()
    ours = network(case.inputs["ids"], mask)
    case.check_values(ours[mask], case.outputs["out"][mask], "out")
