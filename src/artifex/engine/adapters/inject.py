"""Applies adapters to a network, and removes them again.

Low-rank changes run beside the layers, as forward hooks: the base weights are never written, so they may be quantised
or streamed block by block, and parameter names and `state_dict` do not change. Whole-parameter changes are added to a
copy of the parameter; removal puts the original tensor object back.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from artifex.engine.adapters.adapter import Adapter, LowRank
from artifex.engine.kernels.eight_bits import EightBits, Rows
from artifex.errors import NotAvailable

_PLAIN = (torch.float32, torch.bfloat16, torch.float16)
"""Dtypes of parameters that are not quantised, so have no separate scale."""


class Injection:
    """Adapters that are applied to one network, or to several."""

    def __init__(self, undo: ExitStack) -> None:
        self._undo = undo

    def remove(self) -> None:
        """Remove the adapters, which restores the networks bit for bit. A second call does nothing."""
        self._undo.close()


@torch.no_grad()
def inject(
    network: nn.Module,
    adapters: Sequence[tuple[Adapter, float]],
    device: torch.device,
    dtype: torch.dtype,
    base: Callable[[str], Tensor] | None = None,
) -> Injection:
    """Apply adapters to a network, in order; if anything is raised, none of them stays applied.

    Args:
        network: its linear layers must be called as modules, for hooks to run.
        adapters: each with its strength, and checked by `misfit`; those of strength 0 are ignored.
        device: where the network computes; the adapters' tensors stay there, even while its weights are streamed.
        dtype: of the network's matrix products; where a layer's output has another dtype, that one is used.
        base: returns a parameter's values by name, for a network whose own tensors do not always hold them because its
            blocks are streamed; None where they do.

    Raises:
        NotAvailable: an adapter changes whole parameters that are quantised here.
    """
    wanted = [(adapter, strength) for adapter, strength in adapters if strength != 0]
    sums = _summed(wanted, device)
    originals = {name: _get(network, name) for name in sums}
    base = base or partial(_get, network)
    replaced = {name: _changed(name, originals[name], base(name), change) for name, change in sums.items()}
    modules = dict(network.named_modules())
    with ExitStack() as undo:
        for name, changed in replaced.items():
            undo.callback(_put, network, name, originals[name])
            _put(network, name, changed)
        for adapter, strength in wanted:
            for name, change in adapter.low_rank.items():
                beside = _Beside(change, strength, device, dtype)
                undo.callback(modules[name].register_forward_hook(beside).remove)
        return Injection(undo.pop_all())


class _Beside:
    """A forward hook that adds a low-rank change to its layer's output."""

    def __init__(self, change: LowRank, strength: float, device: torch.device, dtype: torch.dtype) -> None:
        # A copy: a file's mapped bytes may be unaligned, which changes the order of summation and so the last bit.
        self._down = change.down.to(device=device, dtype=dtype, copy=True)
        self._up = (change.up.to(device).float() * (change.scale * strength)).to(dtype)

    def __call__(self, _layer: nn.Module, inputs: tuple[Rows, ...], output: Tensor) -> Tensor:
        dtype, (given, *_) = output.dtype, inputs
        x = given.widened(dtype) if isinstance(given, EightBits) else given.to(dtype)
        hidden = F.linear(x, self._down.to(dtype))
        added = torch.addmm(output.flatten(0, -2), hidden.flatten(0, -2), self._up.to(dtype).T)
        return added.view(output.shape)


def _summed(adapters: Sequence[tuple[Adapter, float]], device: torch.device) -> dict[str, Tensor]:
    """The sum of all differences for each parameter, in float32, so that several adapters are rounded only once."""
    sums: dict[str, Tensor] = {}
    for adapter, strength in adapters:
        for name, change in adapter.differences.items():
            part = change.to(device).float() * strength
            sums[name] = sums[name] + part if name in sums else part
    return sums


def _changed(name: str, original: Tensor, base: Tensor, change: Tensor) -> Tensor:
    if original.dtype not in _PLAIN:
        raise NotAvailable(f"The LoRA changes {name} as a whole, which is quantised here; choose a higher accuracy.")
    value = (base.to(device=change.device, dtype=original.dtype).float() + change).to(original.dtype)
    return nn.Parameter(value, requires_grad=False) if isinstance(original, nn.Parameter) else value


def _get(network: nn.Module, name: str) -> Tensor:
    module, _, leaf = name.rpartition(".")
    return getattr(network.get_submodule(module), leaf)


def _put(network: nn.Module, name: str, value: Tensor) -> None:
    module, _, leaf = name.rpartition(".")
    setattr(network.get_submodule(module), leaf, value)
