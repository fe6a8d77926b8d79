"""How one machine will execute a recipe, and what that will take. Torch-free and quick."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from artifex.catalog.rates import Rates
from artifex.catalog.spec import ModelSpec
from artifex.catalog.work import Stage, Work
from artifex.machine import Machine
from artifex.recipe import Recipe
from artifex.units import show_bytes

Dtype = Literal["float32", "bfloat16"]
Basis = Literal["calibrated", "estimated"]


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a whole process making one clip takes: memory and disk in bytes, stages in seconds."""

    vram: int
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
class Plan:
    """How a recipe is executed. Derived; ``dataclasses.replace`` overrides any field."""

    device: str
    """``cpu`` or ``cuda:N``, as torch names it."""
    dtype: Dtype
    attention: str
    """Name of an attention backend, or ``auto``."""
    work: Work
    prediction: Prediction

    @property
    def placement(self) -> tuple[str, Dtype, str]:
        """What decides how a model is loaded: two plans with equal placements can share one."""
        return (self.device, self.dtype, self.attention)


def place(machine: Machine) -> tuple[str, Dtype]:
    """Device and dtype for this machine: the first NVIDIA GPU in bfloat16, or the processor in float32."""
    return ("cuda:0", "bfloat16") if machine.usable_accelerators else ("cpu", "float32")


def make_plan(spec: ModelSpec, recipe: Recipe, machine: Machine, rates: Rates) -> Plan:
    """Decide how to run a checked recipe and predict what it takes.

    Raises WeightsDamaged when the model's configuration cannot be read.
    """
    device, dtype = place(machine)
    work = count_work(spec, recipe, dtype)
    prediction = Prediction(
        vram=0 if device == "cpu" else rates.vram(work),
        ram=rates.ram(work),
        disk=work.disk,
        stages=rates.stages(work),
        basis="calibrated" if rates.calibrated else "estimated",
    )
    return Plan(device, dtype, "auto", work, prediction)


def count_work(spec: ModelSpec, recipe: Recipe, dtype: Dtype) -> Work:
    """The family's own count of what a recipe asks for. Raises WeightsDamaged."""
    family = importlib.import_module(f"artifex.catalog.{spec.family}.cost")
    return family.count_work(spec, recipe, dtype)


def shortage(plan: Plan, machine: Machine, disk_free: int) -> str | None:
    """Why the plan does not fit this machine now, and what to do about it; None when it fits."""
    needs, smaller = plan.prediction, "choose a smaller size or fewer frames"
    vram_free = 0 if plan.device == "cpu" else machine.usable_accelerators[0].memory_free
    checks = (
        (needs.vram, vram_free, "GPU memory", smaller),
        (needs.ram, machine.ram_available, "memory", f"close other programs, or {smaller}"),
        (needs.disk, disk_free, "disk", "make room"),
    )
    for needed, free, kind, remedy in checks:
        if needed > free:
            return f"This clip needs about {show_bytes(needed)} of {kind} and {show_bytes(free)} is free; {remedy}."
    return None
