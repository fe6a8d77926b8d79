"""Reads a LoRA file into adapters for the experts. A file with a tensor that is not used is refused."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from artifex.catalog.loras import require_lora_file
from artifex.catalog.wan.lora_names import Expert, LoraName, lora_name
from artifex.engine.adapters import Adapter, LowRank
from artifex.errors import BadInput, BadWeights

_MOST_TENSORS = 20_000
_LARGEST_CONVOLUTION = 1 << 26
"""Numbers of one that is changed, far more than any model has: two small tensors make a product of any size."""
_METADATA = "lora_adapter_metadata"
"""Metadata key under which Diffusers keeps alpha and rank as JSON, in the layout without alpha tensors."""


@dataclass(frozen=True, slots=True)
class LoraFile:
    """The adapters of one file."""

    name: str
    adapters: Mapping[Expert | None, Adapter]
    """By expert; None applies to all experts of the model."""


@dataclass(slots=True)
class _Parts:
    """Tensors of one adapter while they are collected, by layer or parameter."""

    down: dict[str, Tensor] = field(default_factory=dict[str, Tensor])
    up: dict[str, Tensor] = field(default_factory=dict[str, Tensor])
    alpha: dict[str, Tensor] = field(default_factory=dict[str, Tensor])
    difference: dict[str, Tensor] = field(default_factory=dict[str, Tensor])


def read_lora(path: Path, name: str | None = None) -> LoraFile:
    """Read a LoRA in any of the layouts of `lora_names`.

    Args:
        path: the file.
        name: for messages; None for the file's own name.

    Raises:
        BadInput: it is not a safetensors file, or holds an unknown tensor or one half of a low-rank pair.
        BadWeights: it is cut short, or holds values that are not finite.
    """
    require_lora_file(path, name)
    name = name or path.name
    try:
        parts, scale = _read(path, name)
    except (SafetensorError, OSError) as error:
        raise BadWeights(f"{name} cannot be read ({error}); fetch it again.") from error
    return LoraFile(name, {expert: _adapter(part, scale, name) for expert, part in parts.items()})


def _read(path: Path, file: str) -> tuple[dict[Expert | None, _Parts], float]:
    """All tensors by expert, and the scale of those without their own alpha."""
    parts: dict[Expert | None, _Parts] = {}
    with safe_open(path, framework="pt") as archive:
        names = sorted(archive.keys())
        if not 0 < len(names) <= _MOST_TENSORS:
            raise BadInput(f"{file} holds {len(names):,} tensors and is no LoRA; choose another file.")
        for name, place in _places(names, file).items():
            _collect(parts, name, place, archive.get_tensor(name), file)
        return parts, _stored_scale(archive.metadata() or {}, file)


def _places(names: Sequence[str], file: str) -> dict[str, LoraName]:
    """What each tensor is for. Where none is for a second transformer, Diffusers' first only says "the transformer"."""
    places: dict[str, LoraName] = {}
    for stored in names:
        place = lora_name(stored)
        if place is None:
            raise BadInput(
                f"{file} holds {stored[:120]!r}, which is no part of a LoRA that is known here; choose another file."
            )
        places[stored] = place
    if any(place.expert == "low" for place in places.values()):
        return places
    return {stored: replace(place, expert=None) for stored, place in places.items()}


def _collect(parts: dict[Expert | None, _Parts], stored: str, place: LoraName, tensor: Tensor, file: str) -> None:
    part: dict[str, Tensor] = getattr(parts.setdefault(place.expert, _Parts()), place.role)
    if place.target in part:
        raise BadInput(f"{file} holds {stored[:120]!r} and the same under another name; it was put together wrongly.")
    if not (tensor.is_floating_point() and bool(torch.isfinite(tensor.float()).all())):
        raise BadWeights(f"{file} holds values in {stored[:120]!r} that are not finite numbers; fetch it again.")
    part[place.target] = tensor


def _adapter(parts: _Parts, stored_scale: float, file: str) -> Adapter:
    for layer in sorted({*parts.down, *parts.up, *parts.alpha}):
        missing = next((kind for kind in ("down", "up") if layer not in getattr(parts, kind)), None)
        if missing is not None:
            raise BadInput(f"{file} lacks the {missing} tensor of {layer}; it is cut or was put together wrongly.")
    low_rank = {
        layer: _low_rank(layer, down, parts.up[layer], parts.alpha.get(layer), stored_scale, file)
        for layer, down in parts.down.items()
    }
    differences = dict(parts.difference)
    for layer in [layer for layer, change in low_rank.items() if change.down.ndim > 2]:
        # A convolution's change is small, so it is applied as a full difference.
        whole = f"{layer}.weight"
        if whole in differences:
            raise BadInput(f"{file} changes {layer} in two ways at once; it was put together wrongly.")
        differences[whole] = _product(layer, low_rank.pop(layer), file)
    return Adapter(low_rank, differences)


def _low_rank(layer: str, down: Tensor, up: Tensor, alpha: Tensor | None, stored_scale: float, file: str) -> LowRank:
    empty = 0 in (*down.shape, *up.shape)
    if empty or down.ndim < 2 or up.ndim < 2 or up[0, 0].numel() != 1:
        raise BadInput(f"{file} has tensors of {layer} that are no low-rank pair; it was put together wrongly.")
    if down.shape[0] != up.shape[1]:
        ranks = f"rank {down.shape[0]} in the down tensor of {layer} and {up.shape[1]} in its up"
        raise BadInput(f"{file} has {ranks}; choose another file.")
    if alpha is not None and not (alpha.numel() == 1 and math.isfinite(alpha)):
        raise BadInput(f"{file} has an alpha of {layer} that is not one number; it was put together wrongly.")
    rank = down.shape[0]
    return LowRank(down, up.flatten(1), stored_scale if alpha is None else float(alpha.float()) / rank)


def _product(layer: str, change: LowRank, file: str) -> Tensor:
    """The change of a convolution's weights, [out, in, *kernel]."""
    if len(change.up) * math.prod(change.down.shape[1:]) > _LARGEST_CONVOLUTION:
        raise BadInput(f"{file} changes {layer} as a convolution larger than any model's; choose another file.")
    product = change.scale * (change.up.float() @ change.down.float().flatten(1))
    return product.view(-1, *change.down.shape[1:])


def _stored_scale(metadata: Mapping[str, str], file: str) -> float:
    """Alpha over rank from Diffusers' metadata; 1 where there is none."""
    if _METADATA not in metadata:
        return 1.0
    try:
        said = cast("dict[str, Any]", json.loads(metadata[_METADATA]))
        values = {key.removeprefix("transformer."): value for key, value in said.items()}
        if values.get("alpha_pattern"):
            raise BadInput(f"{file} has an alpha for each layer in its notes, which is not supported; convert it.")
        alpha, rank = float(values["lora_alpha"]), float(values["r"])
        scale = alpha / (math.sqrt(rank) if values.get("use_rslora") else rank)
        if not math.isfinite(scale):
            raise ValueError(scale)
        return scale
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError) as error:
        raise BadInput(
            f"{file} has notes on its alpha that are not understood; it was put together wrongly."
        ) from error
