"""How much of a machine a clip may use, and the search for execution choices that fit."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from artifex.catalog.execution import ADA, Execution, Experts, Quantisation
from artifex.recipe import Accuracy

CONTEXT = 1_000_000_000
"""Bytes of a GPU that CUDA and its libraries take beyond what torch counts."""

_SMALL_CHUNK = {"token_chunk": 8192}
_CHUNKS: Sequence[dict[str, Any]] = ({}, {"token_chunk": 16384}, _SMALL_CHUNK, {"token_chunk": 4096})
_SHARED_SHELF = 8
"""Blocks kept in host memory where a whole expert does not fit: each block is read from its file at every step."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits of one clip: memory in bytes (None: what is free), GPUs, experts and attention backend."""

    vram: int | None = None
    """Memory of each GPU."""
    ram: int | None = None
    """Host memory."""
    gpus: int = 1
    """How many make the clip together."""
    experts: Experts = "both"
    """Which of a model's two experts to load."""
    attention: str = "auto"
    """Attention backend; ``auto`` takes the quickest."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """Peak bytes: device memory in each stage, and host memory beyond what a process takes anyway."""

    text: int
    encode: int
    denoise: int
    decode: int
    host: int

    @property
    def device(self) -> int:
        """Peak over all stages."""
        return max(self.text, self.encode, self.denoise, self.decode)


Measure = Callable[[Execution], Footprint]


def fit(base: Execution, accuracy: Accuracy, blocks: int, experts: int, room: Budget, measure: Measure) -> Execution:
    """The first choices, quickest first, that fit a budget; where none do, those that need least.

    Args:
        base: device, dtype, quantisation and attention.
        accuracy: ``exact`` decodes in float32 as long as that fits.
        blocks: transformer blocks of each expert.
        experts: how many transformers are loaded and take turns.
        room: the budget, with both sizes set.
        measure: gives the footprint of an execution.
    """
    vram, ram = room.vram or 0, room.ram or 0
    found = base
    for placed in _placements(base, blocks):
        streams = placed.resident_blocks is not None
        decodes = _decodes(accuracy, last_resorts=streams or placed.sharded)
        found = _first(placed, decodes, lambda one: measure(one).decode <= vram)
        if not streams:
            found = _first(found, _CHUNKS, lambda one: measure(one).denoise <= vram)
        else:
            found = _with_residents(found, blocks, vram, measure)
            found = _first(found, _hosts(blocks, experts), lambda one: measure(one).host <= ram)
        needs = measure(found)
        if needs.device <= vram and needs.host <= ram:
            return found
    return found


def quantisation_for(accuracy: Accuracy, capability: tuple[int, int]) -> Quantisation:
    """How blocks are quantised: ``exact`` never rounds weights, the other accuracies use fp8 on GPUs that have it."""
    return "none" if accuracy == "exact" or capability < ADA else "fp8"


def _placements(base: Execution, blocks: int) -> Iterator[Execution]:
    """All networks on the device; the text encoder released after use; blocks streamed; prompts on the processor.

    Several GPUs do not stream: they shard the blocks.
    """
    yield replace(base, text_encoder="device")
    yield replace(base, text_encoder="released")
    spread: dict[str, Any] = {"sharded": True} if base.gpus > 1 else {"resident_blocks": blocks, **_SMALL_CHUNK}
    for text in ("released", "streamed", "cpu"):
        yield replace(base, text_encoder=text, **spread)


def _decodes(accuracy: Accuracy, *, last_resorts: bool) -> Iterator[dict[str, Any]]:
    """Whole chunks before single frames; as last resorts bfloat16, then tiles: rounding shows less than seams."""
    wanted = "float32" if accuracy == "exact" else "bfloat16"
    for dtype in (wanted, "bfloat16") if last_resorts else (wanted,):
        yield {"decode_dtype": dtype}
        yield {"decode_dtype": dtype, "decode_by_frame": True}
    for tile in (64, 48, 32, 16) if last_resorts else ():
        yield {"decode_dtype": "bfloat16", "decode_by_frame": True, "vae_tile": tile}


def _hosts(blocks: int, experts: int) -> Iterator[dict[str, Any]]:
    yield {"host_blocks": None}
    if experts > 1:
        yield {"host_blocks": blocks}
    yield {"host_blocks": _SHARED_SHELF}


def _with_residents(placed: Execution, blocks: int, vram: int, measure: Measure) -> Execution:
    """As many resident blocks as fit; if not even none fits, smaller token chunks."""
    counts = ({"resident_blocks": count} for count in range(blocks, -1, -1))
    least = [{"resident_blocks": 0, "token_chunk": chunk} for chunk in (4096, 2048)]
    return _first(placed, [*counts, *least], lambda one: measure(one).denoise <= vram)


def _first(
    base: Execution, options: Sequence[dict[str, Any]] | Iterator[dict[str, Any]], fits: Callable[[Execution], bool]
) -> Execution:
    """The first option that fits; the last where none does."""
    changed = base
    for option in options:
        changed = replace(base, **option)
        if fits(changed):
            break
    return changed
