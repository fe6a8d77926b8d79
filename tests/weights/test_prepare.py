"""A plan that leaves blocks on the host is followed from any layout."""

from pathlib import Path

import pytest
import torch

from artifex.catalog.execution import Execution
from artifex.catalog.wan.assembly import load_components
from artifex.engine.attention import pick_attention
from tests.golden import authors
from tests.golden.cases import find_case
from tests.weights import rewrite


@torch.inference_mode()
@pytest.mark.parametrize("layout", ["authors", "diffusers"])
def test_streamed_blocks_compute_the_same(tmp_path: Path, layout: str) -> None:
    folder = find_case("pipe_ti2v").folder / "ckpt"
    whole = authors.components(folder)
    if layout == "diffusers":
        folder = rewrite.write_diffusers(whole, folder, tmp_path / "model")
    parts = load_components(folder, Execution("cpu", "float32", resident_blocks=1), pick_attention())
    latents = torch.randn(1, 48, 2, 4, 4, generator=torch.Generator().manual_seed(0))
    (states,) = parts.prompts.encode(["a cat"])
    ours, theirs = (network(latents, torch.tensor([500.0]), states) for network in (parts.low_noise, whole.low_noise))
    assert parts.residency is not None
    parts.residency.close()
    # Matrix products may round differently where a tensor begins elsewhere in memory.
    assert torch.allclose(ours, theirs, atol=1e-5, rtol=1e-5)
