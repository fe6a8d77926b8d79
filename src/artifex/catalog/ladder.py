"""Fallbacks when memory is short: rungs, each needing less memory than the one before, recorded in the recipe.

``tile-N``: frames are decoded in tiles of N latent cells; ``by-frame``: one frame at a time; ``decode-bfloat16``: in
bfloat16; ``offload``: more blocks are streamed; ``text-on-cpu``: the processor encodes the prompt; ``int8``, ``fp8``,
``fp8-storage``: weights are quantised so. All but ``offload`` can change the clip's bits.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from artifex.catalog.compose import SHRUNK
from artifex.catalog.execution import QUANTISED, Execution, Quantisation
from artifex.errors import BadRecipe, UnknownName
from artifex.recipe import Accuracy, Recipe

_FIRST_TILE, _LEAST_TILE = 48, 16
_FIRST_CHUNK, _LEAST_CHUNK = 8192, 1024

Planned = TypeVar("Planned", bound=Execution)


def quantised(recipe: Recipe, kind: str) -> Recipe:
    """The recipe with its weights quantised to ``kind`` from the beginning. Raises UnknownName."""
    if kind not in QUANTISED:
        raise UnknownName(f"Weights cannot be kept as {kind[:40]!r}; choose one of: {', '.join(QUANTISED)}.")
    others = tuple(rung for rung in recipe.rungs if rung not in QUANTISED)
    return replace(recipe, rungs=(*others, kind))


def compromises(plan: Execution, accuracy: Accuracy) -> tuple[str, ...]:
    """What a plan gave up from the beginning to fit, as the rungs that reproduce its clip.

    Empty on the processor, where nothing is given up.
    """
    if plan.device == "cpu":
        return ()
    found: list[str] = []
    if plan.vae_tile is not None:
        found.append(f"tile-{plan.vae_tile}")
    elif plan.decode_by_frame:
        found.append("by-frame")
    if plan.decode_dtype == "bfloat16" and accuracy == "exact":
        found.append("decode-bfloat16")
    return tuple(found)


def next_rung(
    plan: Planned, blocks: int, *, decoding: bool = False, quantise: Quantisation = "none"
) -> tuple[str, Planned] | None:
    """The next rung and the plan changed by it; None when no rung is left that would help.

    Args:
        plan: the one that ran out of memory; its prediction is kept.
        blocks: of each of the model's transformers.
        decoding: whether memory ran out while decoding; only then are tiles worth their seams.
        quantise: what weights may be quantised to; ``none`` where the accuracy does not allow it.
    """
    if decoding:
        order = [_smaller_tile(plan), "offload"]
    else:
        order = ["offload", "text-on-cpu", None if quantise == "none" else quantise]
    for rung in order:
        changes = None if rung is None else _changes(plan, rung, blocks)
        if rung is not None and changes is not None:
            return rung, replace(plan, **changes)
    return None


def apply_rungs(plan: Planned, names: Sequence[str], blocks: int) -> Planned:
    """Apply a recipe's rungs to a plan, in order. Raises BadRecipe for an unknown name."""
    for name in names:
        if name.startswith(SHRUNK):
            continue  # the recipe's size already includes it
        changes = _changes(plan, name, blocks)
        plan = plan if changes is None else replace(plan, **changes)
    return plan


def _changes(plan: Execution, rung: str, blocks: int) -> dict[str, Any] | None:
    """What a rung changes; None where it has nothing left to give."""
    match rung:
        case "offload":
            return _offload(plan, blocks)
        case "text-on-cpu":
            return {"text_encoder": "cpu"} if plan.device != "cpu" and plan.text_encoder != "cpu" else None
        case "int8" | "fp8" | "fp8-storage":
            return {"quantisation": rung} if plan.quantisation == "none" else None
        case "by-frame":
            return {"decode_by_frame": True}
        case "decode-bfloat16":
            return {"decode_dtype": "bfloat16"}
        case _:
            return {"decode_by_frame": True, "vae_tile": _tile_of(rung)}


def _tile_of(rung: str) -> int:
    """The N of ``tile-N``. Raises BadRecipe."""
    match = re.fullmatch(r"tile-(\d{1,4})", rung)
    if match is None or int(match[1]) < _LEAST_TILE:
        raise BadRecipe(f"The recipe's rungs hold {rung!r:.40}, which is none; use the recipe a clip carries.")
    return int(match[1])


def _smaller_tile(plan: Execution) -> str | None:
    side = _FIRST_TILE if plan.vae_tile is None else plan.vae_tile // 2
    return f"tile-{side}" if side >= _LEAST_TILE else None


def _offload(plan: Execution, blocks: int) -> dict[str, Any] | None:
    """First offload networks that are not needed and half the blocks, then halve the resident blocks, then the chunks.

    Several GPUs do not stream, so only one continues.
    """
    if plan.device == "cpu":
        return None
    chunk = min(plan.token_chunk or _FIRST_CHUNK, _FIRST_CHUNK)
    if plan.resident_blocks is None:
        text = "streamed" if plan.text_encoder == "device" else plan.text_encoder
        alone = {"gpus": 1, "sharded": False}
        return {"resident_blocks": blocks // 2, "text_encoder": text, "token_chunk": chunk, **alone}
    if plan.resident_blocks > 0:
        return {"resident_blocks": plan.resident_blocks // 2, "token_chunk": chunk}
    return {"token_chunk": chunk // 2} if chunk // 2 >= _LEAST_CHUNK else None
