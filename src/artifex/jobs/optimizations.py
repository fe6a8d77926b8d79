"""All optimizations for memory and speed: which of them work on this machine, and which are in use.

``chosen`` marks what the plan of a model's default clip uses here when nothing else runs. Values that the machine or
this program lacks carry the reason.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from artifex.catalog.attention import ATTENTION
from artifex.catalog.execution import ADA, AMPERE, HOPPER, QUANTISED
from artifex.catalog.plan import Plan, computes_fp8
from artifex.catalog.saving import Saving
from artifex.catalog.spec import ModelSpec
from artifex.catalog.work import Stage
from artifex.jobs.measurements import Measured
from artifex.jobs.planner import Outlook
from artifex.recipe import Recipe

Group = Literal["quality", "speed", "memory", "machine"]
Unit = Literal["seconds_a_pass", "seconds"]

Like = Callable[[Mapping[str, Any]], bool]
"""Whether a clip was made in a certain way, by its :attr:`Measured.choices`."""

TEXTS = {
    # what it gives
    "quicker_and_smaller": "Clips are made sooner and in less memory.",
    "smaller_weights": "Weights take half the memory.",
    "fits_device": "Numbers are kept as the device computes best.",
    "quicker_attention": "Attention is computed by the quickest kernels there are.",
    "fewer_passes": "Steps that change little are not computed.",
    "less_attention": "Attention looks at the parts of a clip that matter most.",
    "larger_models": "Models larger than the GPU's memory can be used.",
    "less_decoder_memory": "Decoding frames takes less of the GPU's memory.",
    "quicker_passes": "The network is compiled for its shapes.",
    "more_at_once": "Each slot makes one clip at a time.",
    "room_for_denoising": "The text encoder leaves its memory to what comes after it.",
    # what it costs
    "rounding": "Weights are rounded to eight bits and frames decoded in 16: small differences.",
    "nothing": "The clip stays the same.",
    "nearly_nothing": "The clip stays the same up to rounding.",
    "detail": "Fine detail may suffer.",
    "transfer_time": "Blocks are copied to the GPU at every step, which takes time on a slow bus.",
    "seams": "Seams may show in smooth areas.",
    "first_clip_slower": "The first clip of a shape takes longer.",
    "shared_machine": "Slots share the processor, memory and disk of their machine.",
    "reading_time": "The prompt is read more slowly.",
    # why not
    "not_built": "This program does not have it.",
    "needs_gpu": "It needs an NVIDIA GPU.",
    "needs_fp8": "It needs a GPU that computes in fp8: an RTX 40 or later.",
    "needs_ampere": "It needs an RTX 30, an A100 or later.",
    "needs_hopper": "It needs an H100 or later.",
    "with_fp8": (
        "It is used with weights in fp8, where nvidia-cudnn-frontend is installed and flash-4-fp8 does not work."
    ),
    "with_flash_fp8": "It is used with weights in fp8, where flash-attn-4 is installed.",
    "with_flash": "It is used where flash-attn-4 is installed and is found to be quicker.",
    "with_xformers": "It is used where xformers is installed and is found to be quicker.",
    "with_sage": "It is used with weights in fp8, where sageattention is installed and is found to be quicker.",
    "with_comfy": "It is used with weights in fp8, where comfy-kitchen is installed and is found to be quicker.",
    "model_lacks": "The model is not offered in this accuracy.",
    "not_calibrated": "Nobody found out how far it may go with these weights: artifex calibrate does.",
    "nothing_passes": "Whatever it saves of this model is seen.",
    "set_by_device": "The device decides it.",
    "needs_torch": "torch is not installed.",
    "torch_without_cuda": "The installed torch was not built for the GPU.",
    "gone": "It does not answer.",
    "paused": "It is paused.",
}
"""Texts by code, for pages that have no wording of their own."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value of an optimization; ``reason`` is the code of why it is not available, or when it is used."""

    value: str
    chosen: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """Measured on the latest clip of this machine that was made with this choice; ``at`` is in seconds since 1970."""

    figure: float
    unit: Unit
    at: float


@dataclass(frozen=True, slots=True)
class Item:
    """An optimization; ``gives`` and ``costs`` are codes of `TEXTS`."""

    name: str
    group: Group
    values: tuple[Value, ...]
    gives: str
    costs: str
    per_request: bool = False
    """Whether a request can set it. Otherwise the plan decides; step cache and sparse attention depend on the accuracy
    and the weights' calibration."""
    measured: Figure | None = None


def optimizations(
    outlook: Outlook,
    recipe: Recipe,
    clips: Sequence[Measured],
    slots: Sequence[dict[str, Any]],
    saving: Saving | None = None,
) -> Iterator[Item]:
    """All optimizations, for clips like ``recipe``.

    Args:
        outlook: the model's.
        recipe: the model's default clip.
        clips: measured on the device that the plan is for.
        slots: as listed by the queue.
        saving: the model's calibrated savings; None if it was not calibrated.
    """
    plan = outlook.plan(recipe)
    clips = [clip for clip in clips if clip.work.weights == plan.work.weights]  # of networks with weights of this size
    yield from _arithmetic(outlook, recipe, plan, clips)
    yield from _left_out(outlook.spec, recipe, saving)
    yield from _placements(plan, clips)
    yield Item("devices", "machine", tuple(_devices(plan, outlook)), "quicker_and_smaller", "nothing")
    yield Item("slots", "machine", tuple(map(_slot, slots)), "more_at_once", "shared_machine")


def _arithmetic(outlook: Outlook, recipe: Recipe, plan: Plan, clips: Sequence[Measured]) -> Iterator[Item]:
    accuracies = outlook.spec.accuracies
    chosen = [Value(one, one == recipe.accuracy, None if one in accuracies else "model_lacks") for one in _ACCURACIES]
    yield Item("accuracy", "quality", tuple(chosen), "quicker_and_smaller", "rounding", per_request=True)
    yield Item(
        "quantisation",
        "memory",
        tuple(_quantisations(plan, outlook)),
        "smaller_weights",
        "rounding",
        per_request=True,
        measured=_pass_seconds(clips, lambda made: made.get("quantisation") == plan.quantisation),
    )
    yield Item("dtype", "machine", tuple(_dtypes(plan)), "fits_device", "nearly_nothing")
    yield Item(
        "attention",
        "speed",
        tuple(_attentions(plan, outlook)),
        "quicker_attention",
        "nearly_nothing",
        measured=_pass_seconds(clips, lambda made: made.get("attention") == plan.attention),
    )


def _left_out(spec: ModelSpec, recipe: Recipe, saving: Saving | None) -> Iterator[Item]:
    """Optimizations that skip or reuse part of the network's computation."""
    passes = None if saving is None else saving.passes_saved > 0
    saves = tuple(_saved(spec, passes, chosen=recipe.saves_steps))
    yield Item("step_cache", "speed", saves, "fewer_passes", "detail", per_request=True)
    pairs = None if saving is None else saving.attention_density < 1
    saves = tuple(_saved(spec, pairs, chosen=recipe.attention_density < 1))
    yield Item("sparse_attention", "speed", saves, "less_attention", "detail", per_request=True)
    yield Item("compile", "speed", _NOT_BUILT, "quicker_passes", "first_clip_slower")


def _placements(plan: Plan, clips: Sequence[Measured]) -> Iterator[Item]:
    """Optimizations of where weights are held and of how much is decoded at a time."""
    yield Item(
        "offload",
        "memory",
        tuple(_where_it_fits(_blocks(plan), _OFFLOADS, plan)),
        "larger_models",
        "transfer_time",
        measured=_pass_seconds(clips, lambda made: made.get("resident_blocks") == plan.resident_blocks),
    )
    yield Item(
        "text_encoder",
        "memory",
        tuple(_where_it_fits("cpu" if plan.device == "cpu" else plan.text_encoder, _TEXT_PLACES, plan)),
        "room_for_denoising",
        "reading_time",
        measured=_stage_seconds(clips, "encode", lambda made: made.get("text_encoder") == plan.text_encoder),
    )
    yield Item(
        "vae_tiling",
        "memory",
        tuple(_where_it_fits(_decoding(plan), _DECODINGS, plan)),
        "less_decoder_memory",
        "seams",
        measured=_stage_seconds(clips, "decode", lambda made: made.get("vae_tile") == plan.vae_tile),
    )


_ACCURACIES = ("exact", "high", "fast")
_NOT_BUILT = (Value("off", chosen=True), Value("on", chosen=False, reason="not_built"))
_DTYPES = ("bfloat16", "float16", "float32")
_ATTENTION_NEEDS = {AMPERE: "needs_ampere", ADA: "needs_fp8", HOPPER: "needs_hopper"}
"""Why a GPU cannot run a backend, by the compute capability that the backend needs."""
_ATTENTION_USES = {
    "flash-4": "with_flash",
    "xformers": "with_xformers",
    "flash-4-fp8": "with_flash_fp8",
    "cudnn-fp8": "with_fp8",
    "sage": "with_sage",
    "comfy-int8": "with_comfy",
}
"""When `auto` uses a backend."""
_OFFLOADS = ("none", "streamed", "disk")
_TEXT_PLACES = ("device", "released", "streamed", "cpu")
_DECODINGS = ("whole", "by-frame", "tiles")


def _quantisations(plan: Plan, outlook: Outlook) -> Iterator[Value]:
    yield Value("none", plan.quantisation == "none")
    for kind in QUANTISED:
        lacking = kind == "fp8" and not computes_fp8(outlook.machine)
        yield Value(kind, plan.quantisation == kind, "needs_fp8" if lacking else None)


def _saved(spec: ModelSpec, passes: bool | None, *, chosen: bool) -> Iterator[Value]:
    """On and off; ``passes`` says whether the calibration found savings, None without a calibration."""
    yield Value("off", not chosen)
    if "fast" not in spec.accuracies:
        reason = "model_lacks"
    elif passes is None:
        reason = "not_calibrated"
    else:
        reason = None if passes else "nothing_passes"
    yield Value("on", chosen, reason)


def _dtypes(plan: Plan) -> Iterator[Value]:
    for name in _DTYPES:
        yield Value(name, name == plan.dtype, None if name == plan.dtype else "set_by_device")


def _attentions(plan: Plan, outlook: Outlook) -> Iterator[Value]:
    lacking = "needs_torch" if outlook.machine.torch is None else None
    cards = outlook.machine.usable_accelerators
    capability = cards[0].capability if cards else (0, 0)
    yield Value("auto", plan.attention == "auto", lacking)
    for name, needed in ATTENTION.items():
        reason = _ATTENTION_USES.get(name) if capability >= needed else _ATTENTION_NEEDS[needed]
        yield Value(name, name == plan.attention, lacking or reason)


def _where_it_fits(taken: str, names: Sequence[str], plan: Plan) -> Iterator[Value]:
    """Values that the plan decides on a GPU; on the CPU, others than ``taken`` need a GPU."""
    for name in names:
        yield Value(name, name == taken, "needs_gpu" if plan.device == "cpu" and name != taken else None)


def _blocks(plan: Plan) -> str:
    if plan.resident_blocks is None:
        return "none"
    return "streamed" if plan.host_blocks is None else "disk"


def _decoding(plan: Plan) -> str:
    if plan.vae_tile is not None:
        return "tiles"
    return "by-frame" if plan.decode_by_frame else "whole"


def _devices(plan: Plan, outlook: Outlook) -> Iterator[Value]:
    for number, _card in enumerate(outlook.machine.usable_accelerators):
        yield Value(f"cuda:{number}", f"cuda:{number}" == plan.device)
    if not outlook.machine.usable_accelerators:
        idle = outlook.machine.accelerators
        yield Value("cuda:0", chosen=False, reason="torch_without_cuda" if idle else "needs_gpu")
    yield Value("cpu", plan.device == "cpu")


def _slot(slot: dict[str, Any]) -> Value:
    reason = "gone" if not slot["alive"] else "paused" if slot["paused"] else None
    return Value(slot["name"], reason is None, reason)


def _pass_seconds(clips: Sequence[Measured], like: Like) -> Figure | None:
    """Seconds of one forward pass in the latest clip made so."""
    found = _latest(clips, "denoise", like)
    return None if found is None else Figure(found[0] / found[1].work.forwards, "seconds_a_pass", found[2])


def _stage_seconds(clips: Sequence[Measured], stage: Stage, like: Like) -> Figure | None:
    found = _latest(clips, stage, like)
    return None if found is None else Figure(found[0], "seconds", found[2])


def _latest(clips: Sequence[Measured], stage: Stage, like: Like) -> tuple[float, Measured, float] | None:
    """Seconds of the stage, the clip and its time; skips clips of earlier versions, which lack ``choices``."""
    for clip in reversed(clips):
        took = clip.times.seconds.get(stage)
        if took and clip.at is not None and clip.choices and like(clip.choices):
            return took, clip, clip.at
    return None
