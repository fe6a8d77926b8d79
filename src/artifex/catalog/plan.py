"""How one machine will execute a recipe, and what that will take. Torch-free and quick."""

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

from artifex.catalog.attention import require_attention
from artifex.catalog.budget import CONTEXT, Budget, fit, quantisation_for
from artifex.catalog.execution import ADA, AMPERE, QUANTISED, Dtype, Execution, Quantisation, TextEncoder
from artifex.catalog.gpus import DECODING, DENOISING, LINKS, require_gpus, speed_up
from artifex.catalog.manner import in_one_measure
from artifex.catalog.rates import Rates
from artifex.catalog.spec import ModelSpec
from artifex.catalog.work import Stage, Work
from artifex.errors import BadInput
from artifex.machine import Machine
from artifex.recipe import Recipe
from artifex.units import show_bytes

__all__ = [
    "CONTEXT", "Budget", "Dtype", "Execution", "Plan", "Prediction", "Quantisation", "TextEncoder", "block_count",
    "computes_fp8", "count_work", "make_plan", "place", "planned", "seconds_in_a_row", "shares_passes", "shortage",
]  # fmt: skip

Basis = Literal["calibrated", "estimated"]


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a process that makes one clip takes: memory and disk in bytes, stages in seconds."""

    vram: int
    """Peak of each GPU, including what CUDA takes beyond torch."""
    ram: int
    disk: int
    stages: Mapping[Stage, float]
    basis: Basis
    """``calibrated`` when it rests on what this machine measured, ``estimated`` on typical figures."""

    @property
    def seconds(self) -> float:
        """From the prompt to the finished file."""
        return sum(self.stages.values())


@dataclass(frozen=True, slots=True)
class Plan(Execution):
    """How a recipe is executed, with its predicted cost; ``dataclasses.replace`` overrides any field."""

    work: Work = field(kw_only=True)
    prediction: Prediction = field(kw_only=True)


def place(machine: Machine) -> tuple[str, Dtype]:
    """Device and dtype for this machine: the first NVIDIA GPU in bfloat16, or the processor in float32.

    Cards older than the RTX 30 have no arithmetic for bfloat16 and compute in float16.
    """
    if not machine.usable_accelerators:
        return "cpu", "float32"
    older = (0, 0) < machine.usable_accelerators[0].capability < AMPERE
    return "cuda:0", "float16" if older else "bfloat16"


def make_plan(spec: ModelSpec, recipe: Recipe, machine: Machine, rates: Rates, budget: Budget | None = None) -> Plan:
    """Decide how to run a checked recipe and predict what it takes.

    On a GPU, the quickest choices are taken that fit the budget and the free memory; where none fit, those that need
    least, and `shortage` then says so. ``exact`` never rounds weights; neither does ``fast``, for a model that is not
    offered in ``high``, the accuracy that rounds them.

    Raises WeightsDamaged when the model's configuration cannot be read; BadInput or a subclass for an impossible number
    of GPUs, an unusable attention backend, or a GPU memory budget without a GPU.
    """
    device, dtype = place(machine)
    budget = budget or Budget()
    if budget.gpus != 1:
        require_gpus(budget.gpus, shares_passes(spec), len(machine.usable_accelerators))
    asked: Quantisation | None = next((kind for kind in QUANTISED if kind in recipe.rungs), None)
    if device == "cpu":
        if budget.vram is not None:
            raise BadInput("--vram says how much of a GPU may be taken, and there is none here; leave it out.")
        require_attention(budget.attention, (0, 0), asked or "none")
        on_processor = Execution(device, dtype, budget.attention, quantisation=asked or "none", experts=budget.experts)
        return planned(spec, recipe, rates, on_processor)
    card = machine.usable_accelerators[0]
    accuracy = recipe.accuracy if "high" in spec.accuracies else "exact"
    quantisation = asked or quantisation_for(accuracy, card.capability)
    require_attention(budget.attention, card.capability, quantisation)
    base = Execution(
        device,
        dtype,
        budget.attention,
        quantisation,
        vram_limit=None if budget.vram is None else max(0, budget.vram - CONTEXT),
        gpus=budget.gpus,
        experts=budget.experts,
    )
    room, measure = _room(machine, budget), _family(spec).measure(spec, recipe)
    bare = rates.costs["vram"][0] + _context(base), base.gpus * rates.costs["ram"][0]
    inside = Budget(round((room.vram or 0) - bare[0]), round((room.ram or 0) - bare[1]))
    experts = base.loaded(spec.experts)
    return planned(spec, recipe, rates, fit(base, accuracy, block_count(spec), experts, inside, measure))


def planned(spec: ModelSpec, recipe: Recipe, rates: Rates, execution: Execution) -> Plan:
    """A plan of exactly these choices, with its predictions. Raises WeightsDamaged."""
    work = count_work(spec, recipe, execution)
    choices = execution.choices
    asked, followers = in_one_measure(work, choices), execution.gpus - 1
    if execution.gpus > 1:  # they share the decode, but not the video encoding
        decoders = execution.decoders(_family(spec).latent_rows(spec, recipe))
        asked = replace(asked, decode=asked.decode / speed_up(decoders, DECODING))
    stages = dict(rates.stages(asked))
    stages["denoise"] /= speed_up(execution.gpus, DENOISING)
    prediction = Prediction(
        vram=0 if execution.device == "cpu" else rates.vram(work) + _context(execution),
        ram=rates.ram(work) + round(followers * rates.costs["ram"][0]),
        disk=work.disk,
        stages=MappingProxyType(stages),
        basis="calibrated" if rates.calibrated else "estimated",
    )
    return Plan(**choices, work=work, prediction=prediction)


def seconds_in_a_row(clips: Iterable[tuple[Recipe, Plan]]) -> float:
    """Seconds of clips made one after the other by one process, which keeps a model until a clip needs another."""
    total = 0.0
    kept: object = None
    for recipe, plan in clips:
        stages, wanted = plan.prediction.stages, (recipe.model, plan.placement)
        again = () if kept is None else ("start", "end", "load") if wanted == kept else ("start", "end")
        total += plan.prediction.seconds - sum(stages[stage] for stage in again)
        kept = wanted
    return total


def count_work(spec: ModelSpec, recipe: Recipe, execution: Execution) -> Work:
    """The family's count of the work in a recipe. Raises WeightsDamaged."""
    return _family(spec).count_work(spec, recipe, execution)


def block_count(spec: ModelSpec) -> int:
    """Blocks of each of the model's transformers, the units of streaming. Raises WeightsDamaged."""
    return _family(spec).block_count(spec)


def shares_passes(spec: ModelSpec) -> bool:
    """Whether several GPUs can make the model's clips together. Raises WeightsDamaged."""
    return _family(spec).shares_passes(spec)


def shortage(plan: Plan, machine: Machine, disk_free: int, budget: Budget | None = None) -> str | None:
    """Why the plan does not fit this machine now, and what to do about it; None when it fits."""
    if plan.quantisation == "fp8" and not computes_fp8(machine):
        return "Only NVIDIA's GPUs from the RTX 40 on compute in fp8, and none is here; choose int8 or fp8-storage."
    needs, budget = plan.prediction, budget or Budget()
    room = _room(machine, budget)
    smaller = "choose a smaller size or fewer frames" + ", or leave out --gpus" * (plan.gpus > 1)
    checks = (
        (needs.vram, 0 if plan.device == "cpu" else room.vram or 0, budget.vram, "GPU memory", smaller),
        (needs.ram, room.ram or 0, budget.ram, "memory", f"close other programs, or {smaller}"),
        (needs.disk, disk_free, None, "disk", "make room"),
    )
    for needed, free, allowed, kind, remedy in checks:
        if needed > free:
            there = f"This clip needs about {show_bytes(needed)} of {kind} and"
            if free == allowed:
                return f"{there} may take {show_bytes(free)}; allow it more, or {smaller}."
            return f"{there} {show_bytes(free)} is free; {remedy}."
    return None


def computes_fp8(machine: Machine) -> bool:
    """Whether its first GPU multiplies in float8."""
    return bool(machine.usable_accelerators) and machine.usable_accelerators[0].capability >= ADA


def _room(machine: Machine, budget: Budget) -> Budget:
    """The budget, but no more than is free: on the fullest GPU, where there are several."""
    free = min((card.memory_free for card in machine.usable_accelerators[: budget.gpus]), default=0)
    return Budget(
        free if budget.vram is None else min(budget.vram, free),
        machine.ram_available if budget.ram is None else min(budget.ram, machine.ram_available),
    )


def _context(execution: Execution) -> int:
    """Bytes of each GPU taken beyond what torch counts."""
    return CONTEXT + (LINKS if execution.gpus > 1 else 0)


def _family(spec: ModelSpec) -> Any:
    return importlib.import_module(f"artifex.catalog.{spec.family}.cost")
