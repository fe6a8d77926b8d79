"""Whether a LoRA fits a network, by the names and shapes in its header: no torch, and no weights are read.

Everything else (missing halves of a pair, values that are not finite, changes of other tensors than the blocks' linear
layers) is checked by :mod:`artifex.catalog.wan.lora` when the LoRA is loaded.
"""

import re
from collections.abc import Mapping

from artifex.catalog.spec import ModelSpec
from artifex.catalog.wan.cost import read_shapes
from artifex.catalog.wan.lora_names import LoraName, looks_at_picture, lora_name
from artifex.catalog.wan.transformer_config import TransformerConfig

_BLOCK = re.compile(r"blocks\.(\d+)\.(.+)")
_ATTENTION = re.compile(r"attn[12]\.(?:to_[qkv]|to_out\.0)|attn2\.add_[kv]_proj")


def misfit(spec: ModelSpec, tensors: Mapping[str, tuple[int, ...]]) -> str | None:
    """Why a LoRA with these tensors does not fit a model; None where no reason is found.

    Args:
        spec: the model.
        tensors: shape by stored name, in any of the layouts of `lora_names`.

    Raises:
        WeightsDamaged: the model's own configuration cannot be read.
    """
    shapes = read_shapes(spec)
    places = {stored: lora_name(stored) for stored in tensors}
    unknown = next((stored for stored, place in places.items() if place is None), None)
    if unknown is not None:
        return f"{unknown[:120]!r} is no part of a LoRA that is known here"
    named = [(place, tensors[stored]) for stored, place in places.items() if place is not None]
    experts = {place.expert for place, _ in named}
    if shapes.experts == 1 and "low" in experts:
        return "it is for a model with two experts, this one has one"
    return next(filter(None, (_misfit(place, shape, shapes.transformer) for place, shape in named)), None)


def _misfit(place: LoraName, shape: tuple[int, ...], config: TransformerConfig) -> str | None:
    """`misfit` of one tensor."""
    found = _BLOCK.fullmatch(place.target)
    if found is None or place.role not in ("down", "up"):
        return None
    if int(found[1]) >= config.num_layers:
        return f"it changes block {found[1]}, this model has {config.num_layers} blocks"
    if looks_at_picture(place.target) and config.image_dim is None:
        return "it is for Wan2.1 image-to-video, which has layers for CLIP's view of the picture"
    widths = _widths(found[2], config)
    if widths is None:
        return f"it changes {place.target[:80]!r}, which this model does not have"
    wanted, own = (widths[0], shape[1:2]) if place.role == "down" else (widths[1], shape[:1])
    if len(shape) < 2 or own != (wanted,):
        return f"its layers are {own[0] if own else 0} wide at {place.target}, this model's are {wanted}"
    return None


def _widths(layer: str, config: TransformerConfig) -> tuple[int, int] | None:
    """Inputs and outputs of a linear layer of a block; None where there is no such layer."""
    if _ATTENTION.fullmatch(layer):
        return config.dim, config.dim
    return {"ffn.net.0.proj": (config.dim, config.ffn_dim), "ffn.net.2": (config.ffn_dim, config.dim)}.get(layer)
