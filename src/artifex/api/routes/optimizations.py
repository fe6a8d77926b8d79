"""Route that lists the optimizations for this machine, and which of them are in use."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from artifex.api.service import Asks, Service, The
from artifex.catalog.plan import place
from artifex.catalog.registry import default_model
from artifex.catalog.saving import Saving
from artifex.catalog.spec import ModelSpec
from artifex.errors import NotInstalled, WeightsDamaged
from artifex.jobs.measurements import Measured, read_clips
from artifex.jobs.optimizations import TEXTS, Group, Item, Unit, Value, optimizations
from artifex.jobs.own_clip import own_clip
from artifex.jobs.planner import Planner
from artifex.jobs.savings import saving_of
from artifex.machine import Machine

router = APIRouter(prefix="/system", tags=["system"])


class DeviceAnswer(BaseModel):
    """The device that makes clips; memory in bytes."""

    device: str
    """``cuda:0``, or ``cpu``."""
    name: str
    dtype: str
    memory_total: int
    memory_free: int
    ram_total: int
    ram_available: int
    capability: str | None
    """CUDA compute capability, like ``8.9``; null for a CPU."""
    driver: str | None
    torch: str | None
    cuda: str | None


class ValueAnswer(BaseModel):
    value: str
    available: bool
    reason: str | None
    """A code for why it is not available."""
    reason_text: str | None
    chosen: bool
    """In use for the model's default clip on this machine."""


class MeasuredAnswer(BaseModel):
    """From the latest clip of this machine that was made with the chosen value."""

    figure: float
    unit: Unit
    at: float


class OptimizationAnswer(BaseModel):
    name: str
    group: Group
    values: list[ValueAnswer]
    gives: str
    gives_text: str
    costs: str
    costs_text: str
    measured: MeasuredAnswer | None
    """Null where no such clip was measured on this machine."""
    per_request: bool
    """Whether a clip can ask for it; otherwise its plan decides."""


class Measurement(BaseModel):
    """A clip that this machine finished."""

    at: float | None
    """Null if an earlier version measured it."""
    seconds: dict[str, float]
    """By stage, without those that were skipped or only partly done."""
    passes: int
    pixels: int
    """In all frames together."""
    peak_ram: int
    peak_vram: int
    choices: dict[str, str | int | float | bool | None]
    """How it was executed; empty if an earlier version measured it."""


class Optimizations(BaseModel):
    model: str
    device: DeviceAnswer
    items: list[OptimizationAnswer]
    measurements: list[Measurement]
    """Latest first."""


@router.get("/optimizations", operation_id="getOptimizations")
def get_optimizations(
    the: The, asks: Asks, model: Annotated[str | None, Query(min_length=1, max_length=200)] = None
) -> Optimizations:
    """The options that make clips fit or run faster, for a model's default clip when nothing else runs.

    Options that are not available here say why. Figures were measured on this machine; codes come with an English text.
    """
    planner = Planner(the.settings)
    spec = planner.named(model or default_model(the.settings.models))
    outlook = planner.outlook(spec)
    clips = read_clips(the.settings.measurements, outlook.machine, place(outlook.machine)[0])
    items = optimizations(outlook.emptied(), own_clip(spec), clips, the.queue.slots(), _saving(spec, the))
    return Optimizations(
        model=spec.name,
        device=_device(outlook.machine),
        items=[_item(item) for item in items],
        measurements=[_measurement(clip) for clip in reversed(clips)],
    )


def _saving(spec: ModelSpec, the: Service) -> Saving | None:
    """What accuracy ``fast`` may skip with this model, if it was calibrated; None also if it is not installed or
    damaged."""
    try:
        return saving_of(the.settings.savings, spec, the.locks.lock(spec))
    except (NotInstalled, WeightsDamaged):
        return None


def _device(machine: Machine) -> DeviceAnswer:
    device, dtype = place(machine)
    card = machine.usable_accelerators[0] if device != "cpu" else None
    return DeviceAnswer(
        device=device,
        name=machine.cpu_name if card is None else card.name,
        dtype=dtype,
        memory_total=machine.ram_total if card is None else card.memory_total,
        memory_free=machine.ram_available if card is None else card.memory_free,
        ram_total=machine.ram_total,
        ram_available=machine.ram_available,
        capability=None if card is None else ".".join(map(str, card.capability)),
        driver=None if card is None else card.driver,
        torch=None if machine.torch is None else machine.torch.version,
        cuda=None if machine.torch is None else machine.torch.cuda,
    )


def _item(item: Item) -> OptimizationAnswer:
    figure = item.measured
    return OptimizationAnswer(
        name=item.name,
        group=item.group,
        values=[_value(value) for value in item.values],
        gives=item.gives,
        gives_text=TEXTS[item.gives],
        costs=item.costs,
        costs_text=TEXTS[item.costs],
        measured=None if figure is None else MeasuredAnswer(figure=figure.figure, unit=figure.unit, at=figure.at),
        per_request=item.per_request,
    )


def _value(value: Value) -> ValueAnswer:
    return ValueAnswer(
        value=value.value,
        available=value.reason is None,
        reason=value.reason,
        reason_text=None if value.reason is None else TEXTS[value.reason],
        chosen=value.chosen,
    )


def _measurement(clip: Measured) -> Measurement:
    return Measurement(
        at=clip.at,
        seconds={str(stage): took for stage, took in clip.times.seconds.items()},
        passes=clip.work.forwards,
        pixels=clip.work.pixels,
        peak_ram=clip.times.peak_ram,
        peak_vram=clip.times.peak_vram,
        choices=dict(clip.choices),
    )
