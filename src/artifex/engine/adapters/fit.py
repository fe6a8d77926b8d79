"""Checks that an adapter fits a network, before anything is changed."""

from torch import Tensor, nn

from artifex.engine.adapters.adapter import Adapter, LowRank


def misfit(network: nn.Module, adapter: Adapter) -> str | None:
    """Why the adapter does not fit this network, worded as the end of a sentence about the adapter; None if it fits.

    Linear layers are recognised by `in_features` and `out_features`, so that quantised ones count as well.
    """
    modules = dict(network.named_modules())
    layers = (_layer_misfit(name, modules.get(name), change) for name, change in adapter.low_rank.items())
    wholes = (_whole_misfit(name, modules, change) for name, change in adapter.differences.items())
    return next((found for found in (*layers, *wholes) if found is not None), None)


def _layer_misfit(name: str, layer: nn.Module | None, change: LowRank) -> str | None:
    if layer is None:
        return f"it changes {name}, which the model does not have"
    widths = (getattr(layer, "in_features", None), getattr(layer, "out_features", None))
    if None in widths:
        return f"it changes {name}, which is no linear layer of the model"
    for kind, own, theirs in zip(
        ("width", "output width"), (change.down.shape[1], change.up.shape[0]), widths, strict=True
    ):
        if own != theirs:
            return f"its {name} has {kind} {own}, the model {theirs}"
    return None


def _whole_misfit(name: str, modules: dict[str, nn.Module], change: Tensor) -> str | None:
    module, _, leaf = name.rpartition(".")
    parameter = getattr(modules.get(module), leaf, None)
    if not isinstance(parameter, Tensor):
        return f"it changes {name}, which the model does not have"
    if parameter.shape != change.shape:
        return f"its {name} has shape {list(change.shape)}, the model {list(parameter.shape)}"
    return None
