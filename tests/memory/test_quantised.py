"""Weights of eight bits: how far results may be from those of whole weights, and where they are refused."""

import pytest
import torch
from torch import Tensor, nn

from artifex.catalog.execution import Execution
from artifex.engine.adapters import Adapter, LowRank, inject
from artifex.engine.kernels.eight_bits import LARGEST, quantise_rows
from artifex.engine.quant import QuantisedLinear, quantise_linears
from artifex.engine.quant.place import place_quantised
from artifex.errors import NotAvailable
from tests.memory.small import PLAIN, experts, inputs

CPU = torch.device("cpu")

BOUNDS = {"int8": 0.02, "fp8-storage": 0.05}
"""Relative error of a pass whose inner blocks are quantised, root mean square."""


def distance(a: Tensor, b: Tensor) -> float:
    return float((a - b).square().mean().sqrt() / b.square().mean().sqrt())


@pytest.mark.parametrize("dtype", LARGEST)
@pytest.mark.parametrize("source", [torch.float32, torch.bfloat16])
def test_rows_come_back_within_half_a_step(dtype: torch.dtype, source: torch.dtype) -> None:
    x = torch.randn((64, 300), generator=torch.Generator().manual_seed(0)) * torch.logspace(-6, 6, 64)[:, None]
    x = x.to(source)
    values, scale = quantise_rows(x, dtype)
    assert (values.dtype, scale.shape) == (dtype, (64, 1))
    back, largest = values.float() * scale, x.float().abs().amax(dim=1, keepdim=True)
    assert bool(back.isfinite().all())
    step = largest / 127 if dtype == torch.int8 else (x.float().abs() / 8).clamp(min=largest / 448 / 2**9)
    assert bool(((back - x.float()).abs() <= 0.51 * step).all())


@pytest.mark.parametrize("dtype", LARGEST)
def test_rows_of_zeros_stay_zeros(dtype: torch.dtype) -> None:
    values, scale = quantise_rows(torch.zeros(2, 8), dtype)
    assert torch.equal(values.float() * scale, torch.zeros(2, 8))


@torch.inference_mode()
@pytest.mark.parametrize("kind", BOUNDS)
def test_a_network_stays_near_itself(kind: str) -> None:
    latents, timestep, text = inputs()
    (exact,), (rounded,) = (
        experts(Execution("cpu", "float32", quantisation=each), count=1)[1]  # pyright: ignore[reportArgumentType]
        for each in ("none", kind)
    )
    error = distance(rounded(latents, timestep, text), exact(latents, timestep, text))
    assert 0 < error < BOUNDS[kind]


@pytest.mark.parametrize("kind", BOUNDS)
def test_first_and_last_block_and_everything_outside_keep_their_bits(kind: str) -> None:
    execution = Execution("cpu", "float32", quantisation=kind)  # pyright: ignore[reportArgumentType]
    _, (network,) = experts(execution, count=1)
    rounded = {name.split(".")[1] for name, part in network.named_modules() if isinstance(part, QuantisedLinear)}
    assert rounded == {"1", "2", "3", "4"}
    for block in list(network.blocks)[1:-1]:
        assert not any(isinstance(part, nn.Linear) for part in block.modules())


@torch.inference_mode()
@pytest.mark.parametrize("kind", BOUNDS)
@pytest.mark.parametrize("rows", [1, 5, 40])
def test_one_layer(kind: str, rows: int) -> None:
    torch.manual_seed(0)
    plain = nn.Linear(64, 48)
    with torch.device("meta"):
        network = nn.Sequential(nn.Linear(64, 48))
    quantise_linears([network], kind, CPU)  # pyright: ignore[reportArgumentType]
    layer = network[0]
    place = place_quantised(network, lambda _, tensor: tensor)
    layer.weight = nn.Parameter(place("0.weight", plain.weight), requires_grad=False)
    layer.bias = nn.Parameter(place("0.bias", plain.bias), requires_grad=False)
    x = torch.randn(2, rows, 64)
    assert (layer.in_features, layer.out_features) == (64, 48)
    assert layer(x).dtype == torch.float32
    assert distance(layer(x), plain(x)) < 0.05


@torch.inference_mode()
def test_a_low_rank_change_joins_a_quantised_layer() -> None:
    latents, timestep, text = inputs()
    _, (network,) = experts(Execution("cpu", "float32", quantisation="int8"), count=1)
    _, (exact,) = experts(PLAIN, count=1)
    generator = torch.Generator().manual_seed(0)
    change = LowRank(torch.randn((4, 96), generator=generator), torch.randn((96, 4), generator=generator), 0.1)
    adapter = Adapter({"blocks.2.attn1.to_out.0": change}, {})
    before = network(latents, timestep, text)
    for each in (network, exact):
        inject(each, [(adapter, 1.0)], CPU, torch.float32)
    changed = network(latents, timestep, text)
    assert not torch.equal(changed, before)
    assert distance(changed, exact(latents, timestep, text)) < BOUNDS["int8"]


def test_fp8_arithmetic_is_refused_where_there_is_none() -> None:
    with pytest.raises(NotAvailable, match="fp8-storage"):
        experts(Execution("cpu", "float32", quantisation="fp8"), count=1)


@pytest.mark.skipif(
    not torch.cuda.is_available() or torch.cuda.get_device_capability() < (8, 9), reason="needs fp8 arithmetic"
)
@torch.inference_mode()
def test_fp8_stays_near_bfloat16() -> None:
    latents, timestep, text = (tensor.cuda() for tensor in inputs())
    exact, rounded = (
        experts(Execution("cuda:0", "bfloat16", quantisation=kind), count=1)[1][0]  # pyright: ignore[reportArgumentType]
        for kind in ("none", "fp8")
    )
    assert distance(rounded(latents, timestep, text), exact(latents, timestep, text)) < 0.06
