"""LoRAs on transformers whose blocks are streamed, or quantised."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from artifex.catalog.execution import Execution
from artifex.catalog.wan.lora import apply_loras
from artifex.catalog.wan.residency import Residency
from artifex.catalog.wan.transformer import TransformerConfig, WanTransformer
from artifex.engine.quant.linear import QuantisedLinear
from artifex.engine.weights.empty import build_empty
from artifex.engine.weights.fill import fill
from artifex.engine.weights.random import RandomTensors
from artifex.errors import NotAvailable
from artifex.recipe import Lora
from tests.adapters.lora_files import in_layout, random_pairs, write
from tests.adapters.test_lora import run
from tests.catalog.small_wan import TRANSFORMER

CPU = torch.device("cpu")


def loaded(execution: Execution) -> tuple[WanTransformer, Residency]:
    """A transformer of random weights, the same for every execution."""
    config = TransformerConfig.from_dict({**TRANSFORMER, "num_layers": 4})
    network = build_empty(lambda: WanTransformer(config))
    weights = RandomTensors.like(network, torch.float32, 0)
    residency = Residency(execution, 1)
    fill(network, weights, residency.prepare(network, weights))
    return network.requires_grad_(False).eval(), residency


@pytest.fixture
def lora(tmp_path: Path) -> tuple[Lora, Path]:
    """Pairs for the first two blocks and the layers around, and whole differences in a block that is streamed."""
    whole = {
        "diffusion_model.blocks.1.self_attn.q.diff_b": torch.full((48,), 0.4),
        "diffusion_model.blocks.1.cross_attn.norm_k.diff": torch.full((48,), 0.3),
        "diffusion_model.blocks.3.norm3.diff": torch.full((48,), 0.2),
    }
    path = write(tmp_path / "a.safetensors", {**in_layout("authors", random_pairs()), **whole})
    return Lora(path.name, "0" * 64, 0.8, 0.8), path


def before_with_after(network: WanTransformer, lora: tuple[Lora, Path]) -> tuple[Tensor, Tensor, Tensor]:
    with torch.inference_mode():
        before = run(network)
        applied = apply_loras(network, None, [lora], CPU, torch.float32)
        changed = run(network)
        assert torch.equal(run(network), changed)
        applied.remove()
        return before, changed, run(network)


def test_streamed_blocks_give_the_bits_of_resident_ones(lora: tuple[Lora, Path]) -> None:
    network, _ = loaded(Execution("cpu", "float32"))
    resident = before_with_after(network, lora)
    network, residency = loaded(Execution("cpu", "float32", resident_blocks=1))
    streamed = before_with_after(network, lora)
    residency.close()
    assert all(map(torch.equal, streamed, resident))
    before, changed, after = streamed
    assert torch.equal(before, after)
    assert not torch.equal(before, changed)


def test_over_quantised_blocks(lora: tuple[Lora, Path]) -> None:
    plain, _ = loaded(Execution("cpu", "float32"))
    quantised, _ = loaded(Execution("cpu", "float32", quantisation="int8"))
    assert any(isinstance(module, QuantisedLinear) for module in quantised.modules())
    (before, changed, _), (rough_before, rough, after) = (
        before_with_after(network, lora) for network in (plain, quantised)
    )
    assert torch.equal(rough_before, after)
    assert not torch.equal(rough_before, before)
    # The LoRA moves the quantised network where it moves the plain one.
    moved, rough_moved = (changed - before).flatten(), (rough - rough_before).flatten()
    assert torch.nn.functional.cosine_similarity(moved, rough_moved, dim=0) > 0.99


def test_quantised_weights_do_not_change_as_a_whole(tmp_path: Path) -> None:
    network, _ = loaded(Execution("cpu", "float32", quantisation="int8"))
    whole = {"diffusion_model.blocks.1.self_attn.q.diff": torch.zeros(48, 48)}
    lora = Lora("a", "0" * 64, 1.0, 1.0), write(tmp_path / "a.safetensors", whole)
    with pytest.raises(NotAvailable, match="quantised"):
        apply_loras(network, None, [lora], CPU, torch.float32)
