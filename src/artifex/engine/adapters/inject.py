"""Adapters put on a network, and taken off again.

Low-rank changes run beside the layers, as forward hooks: the base weights are never written, so they may be quantised
or come and go while blocks are streamed, and names and `state_dict` stay what they were. Whole-parameter changes are
added on a copy, and the original tensor object is put back.
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
"""Dtypes whose values mean themselves, without a scale beside them."""


class Injection:
    """Adapters that are on a network now, or on several."""

    def __init__(self, undo: ExitStack) -> None:
        self._undo = undo

    def remove(self) -> None:
        """Take them off; networks are then, bit for bit, what they were. A second call does nothing."""
        self._undo.close()


@torch.no_grad()
def inject(
    network: nn.Module,
    adapters: Sequence[tuple[Adapter, float]],
    device: torch.device,
    dtype: torch.dtype,
    base: Callable[[str], Tensor] | None = None,
) -> Injection:
    """Put adapters on a network, in their order; whatever is raised on the way, none stays on it.

    Args:
        network: its linear layers are called as modules.
        adapters: each with its strength, and known to fit (`misfit`); strength 0 leaves the network alone.
        device: where the network computes and the adapters' tensors stay, also while its weights come and go.
        dtype: of the network's matrix products; a layer that answers in another is followed in that one.
        base: gives a parameter's values by name, for a network whose own tensors do not always hold them because its
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
        # A copy, for a file's mapped bytes lie at odd addresses, which change the order of sums and so the last bit.
        self._down = change.down.to(device=device, dtype=dtype, copy=True)
        self._up = (change.up.to(device).float() * (change.scale * strength)).to(dtype)

    def __call__(self, _layer: nn.Module, inputs: tuple[Rows, ...], output: Tensor) -> Tensor:
        dtype, (given, *_) = output.dtype, inputs
        x = given.widened(dtype) if isinstance(given, EightBits) else given.to(dtype)
        hidden = F.linear(x, self._down.to(dtype))
        added = torch.addmm(output.flatten(0, -2), hidden.flatten(0, -2), self._up.to(dtype).T)
        return added.view(output.shape)


def _summed(adapters: Sequence[tuple[Adapter, float]], device: torch.device) -> dict[str, Tensor]:
    """What is added to each parameter that changes as a whole, float32, so that several changes are rounded once."""
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
