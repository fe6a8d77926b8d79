"""The slots of a machine: one for each GPU (or for several GPUs together) and one for the CPU."""

import os
import re
from collections.abc import Sequence

from artifex.catalog.execution import Experts
from artifex.errors import BadInput
from artifex.jobs.queue import Slot
from artifex.jobs.state import Kind
from artifex.machine import Machine

CPU = "cpu0"
_EXPERTS: dict[str, Experts] = {"": "both", "high": "high", "low": "low"}
_NETWORKS: tuple[Kind, ...] = ("generate", "warm", "upscale")
_MEDIA: tuple[Kind, ...] = ("proxy", "render", "filter", "pull")


def slots_of(host: str, names: Sequence[str], machine: Machine) -> list[Slot]:
    """The slots called ``names`` on this machine: ``cpu``, ``gpu0``, ``gpu0-1`` for GPUs 0 to 1 together, ``gpu0:high``
    or ``gpu0:low`` for a GPU that loads only one of a model's two experts.

    Without names, one for each GPU and one for the CPU. If there are slots of both sorts, those of GPUs run networks
    and that of the CPU does media work and pulls; otherwise each slot does both. Raises BadInput for an unknown name or
    GPU, a GPU in two slots, or an invalid ``host``.
    """
    gpus = [f"gpu{index}" for index in range(len(machine.usable_accelerators))]
    chosen = [CPU if name in ("cpu", CPU) else name for name in names] or [*gpus, CPU]
    taken: set[int] = set()
    for name in dict.fromkeys(chosen):
        found = _numbers(name)
        if name != CPU and not (found and found[-1] < len(gpus)):
            there = ", ".join([*gpus, "cpu"])
            raise BadInput(f"There is no slot {name!r:.40} on this machine; choose from {there}.")
        if not taken.isdisjoint(found):
            raise BadInput(f"The slot {name} has a GPU that is another slot's already; give each GPU to one.")
        taken.update(found)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}", host):
        raise BadInput(f"A worker cannot be called {host!r:.70}; use letters, digits, - and _, with --name.")
    return [_slot(host, name, _kinds(name, chosen)) for name in dict.fromkeys(chosen)]


def environment(slot: Slot, slots: Sequence[Slot], machine: Machine) -> dict[str, str]:
    """Environment variables of a slot's process: its own GPUs (or none) and its share of the CPU threads."""
    threads = str(max(1, machine.cpu_count // len(slots)))
    shown = "" if slot.device == "cpu" else _visible(slot)
    return {"CUDA_VISIBLE_DEVICES": shown, "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", threads)}


def _slot(host: str, name: str, kinds: tuple[Kind, ...]) -> Slot:
    """Its device is ``cpu``, ``cuda:0``, or ``cuda:0-1`` for two GPUs."""
    place, _, expert = name.partition(":")
    device = "cpu" if place == CPU else f"cuda:{place.removeprefix('gpu')}"
    return Slot(f"{host}.{place}", host, device, kinds, _EXPERTS[expert])


def _numbers(name: str) -> range:
    """GPU indices in a name (``gpu2``, ``gpu2:low``, ``gpu0-3``) or device (``cuda:0-3``); empty for other text."""
    match = re.fullmatch(r"(?:gpu|cuda:)(\d{1,3})(?:-(\d{1,3})|:high|:low)?", name)
    return range(0) if match is None else range(int(match[1]), int(match[2] or match[1]) + 1)


def _kinds(name: str, chosen: Sequence[str]) -> tuple[Kind, ...]:
    if len(set(chosen)) == 1 or CPU not in chosen:
        return (*_NETWORKS, *_MEDIA)
    return _MEDIA if name == CPU else _NETWORKS


def _visible(slot: Slot) -> str:
    """``CUDA_VISIBLE_DEVICES`` of the slot: its GPUs among those this process may use."""
    names = os.environ.get("CUDA_VISIBLE_DEVICES")
    mine = _numbers(slot.device)
    return ",".join(str(index) if not names else names.split(",")[index].strip() for index in mine)
