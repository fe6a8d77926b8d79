"""Which catalog entry a folder of weights matches. Reads headers only, without torch."""

import re
from collections.abc import Sequence
from pathlib import Path

from artifex.catalog.wan.layouts import diffusers, find_parts, loose
from artifex.catalog.wan.layouts.parts import shapes_of
from artifex.catalog.wan.shapes import SHAPES, Shapes
from artifex.catalog.wan.transformer_config import TransformerConfig
from artifex.errors import BadInput

OF_THE_FAMILY = re.compile(
    r"(patch_embedding|proj_out|condition_embedder\.(time_embedder|time_proj|text_embedder|image_embedder))\."
    r"|blocks\.\d+\.(attn1|attn2|ffn|norm2|scale_shift_table)\b"
    r"|(cond_encoder|trainable_cond_mask|casual_audio_encoder|audio_injector|frame_packer)\."
    r"|scale_shift_table$|scaled_fp8$"
)
"""Tensor names of the catalog's transformers. Related models with other modules may have the same widths."""


def recognise(folder: Path) -> str | None:
    """The name of the catalog entry with the same networks; None for other shapes and folders without Wan weights.

    Entries that differ only in their training cannot be told apart; the first is returned.

    Raises:
        WeightsDamaged: the folder holds parts of a Wan model that are damaged or not complete.
    """
    if not diffusers.is_here(folder) and not loose.holds_weights(folder):
        return None
    parts = find_parts(folder)
    transformers = [part for part in (parts.low_noise, parts.high_noise) if part is not None]
    if not all(OF_THE_FAMILY.match(name) for part in transformers for name in part.shapes):
        return None
    widths, found = [part.transformer_config() for part in transformers], shapes_of(parts)
    return next((name for name, shapes in SHAPES.items() if _are_alike(widths, found, shapes)), None)


def require_like(folder: Path, name: str) -> None:
    """Refuse a folder whose networks are no variant of those of a catalog entry; widths may differ.

    Raises:
        BadInput: there are fewer experts, or unequal ones, or they take other inputs.
        WeightsDamaged: the folder holds no complete Wan model.
    """
    parts = find_parts(folder)
    found, known = shapes_of(parts), SHAPES[name]
    same_experts = parts.high_noise is None or parts.high_noise.transformer_config() == found.transformer
    if _traits(found) != _traits(known) or found.experts < known.experts or not same_experts:
        raise BadInput(f"{folder} holds a model of another kind than {name}; say with --like which one it varies.")


def _traits(shapes: Shapes) -> tuple[str, bool]:
    """What all variants of a model share: additional networks, and whether the transformer takes picture channels."""
    return shapes.extra, shapes.transformer.in_channels > shapes.transformer.out_channels


def _are_alike(widths: Sequence[TransformerConfig], found: Shapes, known: Shapes) -> bool:
    """Whether transformers, VAE and additional networks are those of an entry; the boundary is not compared."""
    same_transformers = list(widths) == [known.transformer] * known.experts
    return same_transformers and found.vae == known.vae and found.extra == known.extra
