"""Measured times of finished clips on this machine, stored as JSON per device and version."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, get_args

import artifex
from artifex.catalog.manner import in_one_measure
from artifex.catalog.plan import Plan
from artifex.catalog.rates import Rates, learn
from artifex.catalog.work import Stage, StageTimes, Work
from artifex.files import write_atomically
from artifex.jobs.locked import locked, read_json
from artifex.machine import Accelerator, Machine

__all__ = ["Measured", "StageTimes", "read_clips", "read_rates", "record", "tidy"]

FORMAT = 3
_MOST_CLIPS = 24
"""Clips kept per device; the oldest are dropped first."""
_MOST_ALIKE = 3
"""Clips kept with the same work, so that a shape made often does not crowd out the others."""
_MOST_DEVICES = 8

_QUICKEST_LOAD = 0.05
"""Seconds; less means that the model was in memory already."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A finished clip: its work, the time and memory it took, and how it was made."""

    work: Work
    times: StageTimes
    at: float | None = None
    """When it was finished, in seconds since 1970; None if an earlier version measured it."""
    choices: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Fields of its :class:`artifex.catalog.execution.Execution`; empty if an earlier version measured it."""


_Clips = Sequence[Measured]


def device_key(machine: Machine, device: str) -> str:
    """The conditions a measurement is valid for: device, driver, torch and Artifex versions."""
    return f"{device} {hardware_key(machine, device)} | artifex {artifex.__version__}"


def hardware_key(machine: Machine, device: str) -> str:
    """The device's model, and the versions of its driver and of torch."""
    if device == "cpu":
        name, driver = f"{machine.cpu_name} x{machine.cpu_count}", "-"
    else:
        accelerator = _card(machine, device)
        name, driver = accelerator.name, accelerator.driver
    torch = machine.torch.version if machine.torch is not None else "-"
    return f"{name} | driver {driver} | torch {torch}"


def _card(machine: Machine, device: str) -> Accelerator:
    return machine.usable_accelerators[int(device.partition(":")[2] or 0)]


def read_rates(path: Path, machine: Machine, device: str) -> Rates:
    """Rates learned from the measurements on a device; typical rates if there are none.

    A file that cannot be understood is ignored with a warning and replaced by the next measurement.
    """
    clips = [(in_one_measure(clip.work, clip.choices), clip.times) for clip in read_clips(path, machine, device)]
    return learn(clips, device, None if device == "cpu" else _card(machine, device))


def read_clips(path: Path, machine: Machine, device: str) -> Sequence[Measured]:
    """The clips measured on a device, latest last; see `read_rates`."""
    return _read(path).get(device_key(machine, device), ())


def record(path: Path, machine: Machine, plan: Plan, times: StageTimes) -> None:
    """Remember a finished clip. Raises NotWritable or OutOfSpace."""
    with locked(path):
        devices = dict(_read(path))
        key = device_key(machine, plan.device)
        measured = Measured(plan.work, _of_one_gpu(_whole_stages(times), plan), time.time(), plan.choices)
        clips = _with_clip(devices.pop(key, ()), measured)
        latest_last = [*devices.items(), (key, clips)][-_MOST_DEVICES:]
        data = {"format": FORMAT, "devices": {name: [_to_data(clip) for clip in kept] for name, kept in latest_last}}
        write_atomically(path, json.dumps(data, indent=1).encode())


def _whole_stages(times: StageTimes) -> StageTimes:
    """Leave out the load stage if the model was in memory from an earlier clip."""
    loaded = times.seconds.get("load", 0.0) > _QUICKEST_LOAD
    return replace(times, seconds={stage: value for stage, value in times.seconds.items() if loaded or stage != "load"})


def _of_one_gpu(times: StageTimes, plan: Plan) -> StageTimes:
    """Leave out stages shared by several GPUs: they say nothing about one."""
    return times if plan.gpus == 1 else times.without("load").without("denoise").without("decode")


def tidy(path: Path) -> None:
    """Remove partial writes of processes killed while recording."""
    with locked(path):
        pass


def _with_clip(clips: _Clips, latest: Measured) -> _Clips:
    """The clips with ``latest`` added, within the limits, latest last."""
    kept: list[Measured] = []
    for clip in reversed([*clips, latest]):
        if sum(clip.work == other.work for other in kept) < _MOST_ALIKE:
            kept.insert(0, clip)
    return kept[-_MOST_CLIPS:]


def _read(path: Path) -> Mapping[str, _Clips]:
    def parse(data: Mapping[str, Any]) -> Mapping[str, _Clips]:
        return {key: [_from_data(item) for item in items] for key, items in data["devices"].items()}

    return read_json(path, FORMAT, parse, "clips are measured anew")


def _to_data(clip: Measured) -> dict[str, Any]:
    return {
        "work": asdict(clip.work),
        "seconds": dict(clip.times.seconds),
        "peak_ram": clip.times.peak_ram,
        "peak_vram": clip.times.peak_vram,
        "warm_up": clip.times.warm_up,
        "at": clip.at,
        "choices": dict(clip.choices),
    }


def _from_data(data: Mapping[str, Any]) -> Measured:
    work = Work(**{name: _amount(value) for name, value in data["work"].items()})
    seconds: dict[Stage, float] = {stage: _amount(data["seconds"][stage]) for stage in _stages(data["seconds"])}
    warm_up = _amount(data.get("warm_up", 0.0))
    times = StageTimes(seconds, _amount(data["peak_ram"]), _amount(data["peak_vram"]), warm_up)
    if "warm_up" not in data:  # an earlier version measured it, which did not tell the first step from the others
        times = times.without("denoise")
    at = data.get("at")
    return Measured(work, times, None if at is None else _amount(at), dict(data.get("choices") or {}))


def _stages(seconds: Mapping[str, Any]) -> list[Stage]:
    return [stage for stage in get_args(Stage) if stage in seconds]


def _amount(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e30:
        raise ValueError(f"{value!r:.40} is no amount")
    return value
