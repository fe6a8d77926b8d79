"""Uploaded files of weights, told apart by their headers; nothing is loaded."""

from pathlib import Path
from typing import Literal

from artifex.catalog.loras import may_be_lora, require_lora_file, shapes_of
from artifex.catalog.upscalers import may_be_upscaler
from artifex.errors import BadWeights

WeightsKind = Literal["lora", "upscaler"]


def uploaded_weights(path: Path, name: str) -> WeightsKind:
    """The kind of a file of weights.

    Raises:
        BadInput: it is a pickle, or something else than a safetensors file.
        BadWeights: it is cut short or damaged, or is neither a LoRA nor an upscaler.
    """
    require_lora_file(path, name)
    shapes = shapes_of(path, name)
    if may_be_lora(shapes):
        return "lora"
    if may_be_upscaler(shapes):
        return "upscaler"
    raise BadWeights(f"{name} holds tensors, but no LoRA and no upscaler; give one of these.")
