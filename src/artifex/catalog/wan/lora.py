"""LoRAs on the experts of a Wan model, in the recipe's order."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import torch
from torch import Tensor

from artifex.catalog.wan.lora_file import LoraFile, read_lora
from artifex.catalog.wan.lora_names import Expert, looks_at_picture
from artifex.catalog.wan.transformer import WanTransformer
from artifex.engine.adapters import Adapter, Injection, inject, misfit
from artifex.engine.weights.empty import is_empty
from artifex.errors import BadInput
from artifex.recipe import Lora

Wanted = list[tuple[Adapter, float]]


def apply_loras(
    low_noise: WanTransformer,
    high_noise: WanTransformer | None,
    loras: Sequence[tuple[Lora, Path]],
    device: torch.device,
    dtype: torch.dtype,
) -> Injection:
    """Put LoRAs on the experts that are loaded; all are read and checked before the first is applied.

    If anything is raised, none stays applied.

    Args:
        low_noise: the only transformer, or the one for low noise.
        high_noise: the other one, where there are two.
        loras: each with its file, in the order in which they are applied.
        device: where the transformers compute.
        dtype: of their matrix products.

    Raises:
        BadInput: a file is no LoRA, or one for another base.
        BadWeights: a file is cut short or damaged.
        NotAvailable: one adds a full difference to weights that are quantised here.
    """
    wanted = read_fitting(low_noise, high_noise, loras)
    with ExitStack() as undo:
        for network, adapters in zip((low_noise, high_noise), wanted, strict=True):
            if network is not None and not is_empty(network):
                undo.callback(inject(network, adapters, device, dtype, _stored_values(network)).remove)
        return Injection(undo.pop_all())


def read_fitting(
    low_noise: WanTransformer, high_noise: WanTransformer | None, loras: Sequence[tuple[Lora, Path]]
) -> tuple[Wanted, Wanted]:
    """The adapters and strengths for each expert, checked to fit it; the networks may be on the meta device.

    Raises as `apply_loras`.
    """
    wanted: tuple[Wanted, Wanted] = ([], [])
    for lora, path in loras:
        file = read_lora(path, lora.name)
        if high_noise is None and "low" in file.adapters:
            raise BadInput(f"{file.name} is for a model with two experts, this one has one; choose another LoRA.")
        wanted[0].extend(_wanted(file, low_noise, "low", lora.strength_low))
        if high_noise is not None:
            wanted[1].extend(_wanted(file, high_noise, "high", lora.strength_high))
    return wanted


def _wanted(file: LoraFile, network: WanTransformer, expert: Expert, strength: float) -> Wanted:
    """The file's adapters for this expert, checked even where the strength is 0."""
    adapters = [file.adapters[key] for key in (None, expert) if key in file.adapters]
    for adapter in adapters:
        _require_fit(file.name, network, adapter)
    return [(adapter, strength) for adapter in adapters]


def _require_fit(name: str, network: WanTransformer, adapter: Adapter) -> None:
    reason = misfit(network, adapter)
    if reason is None:
        return
    known = {module for module, _ in network.named_modules()} | {
        parameter for parameter, _ in network.named_parameters()
    }
    foreign = (target for target in (*adapter.low_rank, *adapter.differences) if target not in known)
    if any(map(looks_at_picture, foreign)):
        raise BadInput(
            f"{name} is for Wan2.1 image-to-video, which has layers for CLIP's view of the picture; "
            "this model has none, choose a LoRA made for it."
        )
    raise BadInput(f"{name} is for another base: {reason}; choose a LoRA made for this model.")


def _stored_values(network: WanTransformer) -> Callable[[str], Tensor] | None:
    """Gives a parameter's values where blocks are streamed or sharded, otherwise None; see `inject`."""
    stream = network.stream
    if stream is None:
        return None

    def values(name: str) -> Tensor:
        part, _, rest = name.partition(".")
        if part != "blocks":
            return network.get_parameter(name)
        index, _, inner = rest.partition(".")
        return stream.values(int(index), inner)

    return values
