"""Adapters beside a network's layers: what they compute, and that nothing of them stays."""

import re

import pytest
import torch
from torch import Tensor, nn

from artifex.engine.adapters import Adapter, LowRank, inject, misfit
from artifex.errors import NotAvailable

CPU = torch.device("cpu")


class QuantisedLinear(nn.Module):
    """A linear layer whose weights are whole numbers with a scale, as quantisation leaves them."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.in_features, self.out_features = inputs, outputs
        self.register_buffer("weight", torch.randint(-127, 128, (outputs, inputs), dtype=torch.int8))

    def forward(self, x: Tensor) -> Tensor:
        return x @ (self.get_buffer("weight").float() / 127).T


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(6, 8)
        self.norm = nn.LayerNorm(8)
        self.second = QuantisedLinear(8, 5)

    def forward(self, x: Tensor) -> Tensor:
        return self.second(self.norm(self.first(x)))


@pytest.fixture
def network() -> Network:
    torch.manual_seed(1)
    return Network().requires_grad_(False)


def low_rank(inputs: int, outputs: int, scale: float = 1.0) -> LowRank:
    return LowRank(torch.randn(2, inputs), torch.randn(outputs, 2), scale)


def adapter(*, scale: float = 1.0) -> Adapter:
    changes = {"first": low_rank(6, 8, scale), "second": low_rank(8, 5, scale)}
    return Adapter(changes, {"norm.weight": torch.randn(8), "first.bias": torch.randn(8)})


def put(network: nn.Module, *adapters: tuple[Adapter, float]):
    return inject(network, adapters, CPU, torch.float32)


def product(change: LowRank, x: Tensor) -> Tensor:
    return change.scale * (x @ change.down.T @ change.up.T)


def test_the_change_joins_the_layers_output_with_its_scale_and_strength(network: Network) -> None:
    x = torch.randn(3, 7, 6)
    plain = network.first(x)
    change = low_rank(6, 8, scale=0.5)
    put(network, (Adapter({"first": change}, {}), 0.8))
    torch.testing.assert_close(network.first(x), plain + 0.8 * product(change, x))


def test_it_works_over_quantised_layers(network: Network) -> None:
    x = torch.randn(3, 8)
    plain, change = network.second(x), low_rank(8, 5)
    put(network, (Adapter({"second": change}, {}), -1.0))
    torch.testing.assert_close(network.second(x), plain - product(change, x))


def test_several_work_together(network: Network) -> None:
    x = torch.randn(4, 6)
    plain = network.first(x)
    changes = [low_rank(6, 8), low_rank(6, 8)]
    differences = [torch.randn(8), torch.randn(8)]
    parts = [
        Adapter({"first": change}, {"first.bias": difference})
        for change, difference in zip(changes, differences, strict=True)
    ]
    put(network, (parts[0], 0.3), (parts[1], 2.0))
    expected = plain + 0.3 * (product(changes[0], x) + differences[0]) + 2 * (product(changes[1], x) + differences[1])
    torch.testing.assert_close(network.first(x), expected)


def test_removal_brings_everything_back_bit_for_bit(network: Network) -> None:
    x = torch.randn(3, 6)
    before, objects = network(x), dict(network.named_parameters())
    values = {name: value.clone() for name, value in network.state_dict().items()}
    injection = put(network, (adapter(), 1.0), (adapter(), 0.5))
    assert not torch.equal(network(x), before)
    assert list(network.state_dict()) == list(values)
    injection.remove()
    injection.remove()
    assert torch.equal(network(x), before)
    assert all(torch.equal(value, values[name]) for name, value in network.state_dict().items())
    assert all(parameter is objects[name] for name, parameter in network.named_parameters())


def test_what_fails_half_way_leaves_nothing_behind(network: Network) -> None:
    """The second layer's change is larger than any memory."""
    x = torch.randn(3, 6)
    before, objects = network(x), dict(network.named_parameters())
    endless = LowRank(torch.zeros(1).expand(2**45, 8), torch.zeros(5, 1))
    change = Adapter({"first": low_rank(6, 8), "second": endless}, {"norm.weight": torch.randn(8)})
    with pytest.raises(RuntimeError, match="allocate"):
        put(network, (adapter(), 0.5), (change, 1.0))
    assert torch.equal(network(x), before)
    assert all(parameter is objects[name] for name, parameter in network.named_parameters())


def test_the_base_is_never_written(network: Network) -> None:
    values = {name: value.clone() for name, value in network.named_parameters()}
    originals = dict(network.named_parameters())
    put(network, (adapter(), 1.0))
    network(torch.randn(2, 6))
    assert all(torch.equal(originals[name], value) for name, value in values.items())


def test_strength_nought_is_no_change_at_all(network: Network) -> None:
    x = torch.randn(3, 6)
    before = network(x)
    put(network, (adapter(), 0.0))
    assert torch.equal(network(x), before)


def test_equal_runs_are_equal_bit_for_bit(network: Network) -> None:
    x, change = torch.randn(64, 6), adapter()
    outputs: list[Tensor] = []
    for _ in range(2):
        injection = put(network, (change, 0.7))
        outputs.append(network(x))
        injection.remove()
    assert torch.equal(outputs[0], outputs[1])


def test_in_half_precision_the_output_keeps_its_dtype(network: Network) -> None:
    half = network.first.bfloat16()
    x, change = torch.randn(3, 6).bfloat16(), low_rank(6, 8)
    plain = half(x)
    inject(network, [(Adapter({"first": change}, {}), 1.0)], CPU, torch.bfloat16)
    changed = half(x)
    assert changed.dtype == torch.bfloat16
    torch.testing.assert_close(changed.float(), plain.float() + product(change, x.float()), atol=0.1, rtol=0.05)


def test_values_that_are_elsewhere_are_asked_for(network: Network) -> None:
    home = {name: parameter.clone() for name, parameter in network.named_parameters()}
    change = Adapter({}, {"norm.weight": torch.randn(8)})
    x = torch.randn(3, 8)
    network.norm.weight.fill_(float("nan"))  # as in a place that another block has passed through since
    inject(network, [(change, 0.5)], CPU, torch.float32, home.__getitem__)
    expected = torch.nn.functional.layer_norm(
        x, (8,), home["norm.weight"] + 0.5 * change.differences["norm.weight"], home["norm.bias"]
    )
    assert torch.equal(network.norm(x), expected)


def test_quantised_weights_cannot_change_as_a_whole(network: Network) -> None:
    x = torch.randn(3, 6)
    before = network(x)
    change = Adapter({"first": low_rank(6, 8)}, {"second.weight": torch.randn(5, 8)})
    with pytest.raises(NotAvailable, match=r"second\.weight"):
        put(network, (change, 1.0))
    assert torch.equal(network(x), before)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Adapter({"third": low_rank(6, 8)}, {}), "third, which the model does not have"),
        (Adapter({"norm": low_rank(8, 8)}, {}), "norm, which is no linear layer"),
        (Adapter({"first": low_rank(9, 8)}, {}), "its first has width 9, the model 6"),
        (Adapter({"second": low_rank(8, 9)}, {}), "its second has output width 9, the model 5"),
        (Adapter({}, {"first.scale": torch.zeros(8)}), "first.scale, which the model does not have"),
        (Adapter({}, {"norm.forward": torch.zeros(8)}), "norm.forward, which the model does not have"),
        (Adapter({}, {"norm.weight": torch.zeros(9)}), r"norm.weight has shape \[9\], the model \[8\]"),
    ],
)
def test_what_does_not_fit_is_named(network: Network, change: Adapter, said: str) -> None:
    reason = misfit(network, change)
    assert reason is not None
    assert re.search(said, reason)


def test_what_fits_is_not_complained_about(network: Network) -> None:
    assert misfit(network, adapter()) is None
