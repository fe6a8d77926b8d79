"""What the authors' networks gave, on a GPU and by its fused kernels: within the same tolerance in float32, and in
bfloat16 as far off as its rounding."""

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor

from artifex.catalog.wan.text import padded_states
from artifex.engine.kernels.door import fused
from tests.golden import authors
from tests.golden.cases import Case, find_case

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")

ROUNDING = 0.03
"""Relative, in bfloat16; a processor is up to 0.021 off."""


def velocity(case: Case, dtype: torch.dtype) -> Tensor:
    """Of the first sample."""
    network = authors.transformer(case.config, case.folder / "weights.safetensors").to("cuda", dtype)
    latents = torch.cat([case.inputs[name][0] for name in ("x", "y") if name in case.inputs]).cuda()
    text = padded_states(case.inputs["context_0"][None].cuda())
    assert fused(latents)
    return network(latents[None], case.inputs["t"][:1].cuda(), *text)[0].cpu()


@torch.inference_mode()
@pytest.mark.parametrize("name", ["dit_t2v", "dit_i2v", "dit_ti2v"])
def test_velocity(name: str) -> None:
    case = find_case(name)
    theirs = case.outputs["out"][0]
    case.check_values(velocity(case, torch.float32), theirs, "out")
    assert off(velocity(case, torch.bfloat16), theirs) < ROUNDING


@torch.inference_mode()
@pytest.mark.parametrize("name", ["vae_2_1", "vae_2_2"])
def test_frames(name: str) -> None:
    case = find_case(name)
    vae = authors.vae(case.folder / "weights.safetensors").to("cuda")
    latents, theirs = case.inputs["z"][None].cuda(), case.outputs["decoded"]
    case.check_values(torch.cat(list(vae.decode(latents)), dim=2)[0].cpu(), theirs, "decoded")
    vae.decode_in(torch.bfloat16)
    assert off(torch.cat(list(vae.decode(latents)), dim=2)[0].cpu(), theirs) < ROUNDING


@pytest.fixture(autouse=True)
def whole_float32() -> Iterator[None]:
    """Convolutions in float32 keep all its bits, which cuDNN's usually do not."""
    with torch.backends.cudnn.flags(allow_tf32=False):
        yield


def off(ours: Tensor, theirs: Tensor) -> float:
    """Relative error."""
    return float((ours.float() - theirs).norm() / theirs.norm())
