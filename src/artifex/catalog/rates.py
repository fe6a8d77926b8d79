"""The speed of a device and the memory a process needs, learned from finished clips.

Every quantity is a sum of costs times work: denoising, for instance, costs seconds per pass, per FLOP in linear layers
and per FLOP in attention. The costs are fitted to the measurements by least squares of relative errors, with the
built-in costs as a prior: with no measurement they are used as they are, one clip scales them to this machine, and
clips of different shapes tell them apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from artifex.catalog.cards import peak_flops
from artifex.catalog.execution import HOPPER
from artifex.catalog.least_squares import PRIOR_WEIGHT, fit
from artifex.catalog.work import Stage, StageTimes, Work
from artifex.machine import Accelerator, has_flash_attention_4

Quantity = Stage | Literal["warm_up", "ram", "vram"]
_MEMORY = ("ram", "vram")
STAGES: tuple[Stage, ...] = get_args(Stage)

Costs = Mapping[Quantity, tuple[float, ...]]

# Seconds and bytes, deliberately pessimistic: two ordinary processor cores, and a consumer GPU.
_PROCESSOR: Costs = MappingProxyType(
    {
        "start": (1.0,),
        "end": (0.3,),
        "load": (5.0, 4e-9, 1.0),
        "encode": (0.1, 2e-11, 2e-11),
        "denoise": (0.03, 2e-11, 2e-11, 2e-11),
        "warm_up": (0.05,),
        "decode": (0.1, 0.03, 2e-11, 4e-8),
        "ram": (500e6, 1.0),
        "vram": (500e6, 1.0),
    }
)
_GPU: Costs = MappingProxyType(
    {
        **_PROCESSOR,
        "load": (10.0, 1e-9, 5.0),
        "encode": (0.5, 1e-13, 2e-11),
        "denoise": (0.01, 2e-14, 2e-14, 5e-14),
        "warm_up": (3.0,),
        "decode": (0.5, 0.003, 5e-14, 4e-8),
        "ram": (3e9, 1.0),
        "vram": (5e7, 1.0),  # what torch reserves, by its own count
    }
)

# Shares of the peak reached by linear layers, cuDNN attention and the decoder's float32 convolutions, on an H200.
_REACHED = (0.7, 0.55, 0.12)
_REACHED_BY_FLASH_4 = 0.69

_PRIOR_WEIGHT_OF_DECODING = 0.001
"""Four costs, told by clips of a second or two: with the usual weight, 3 % of noise grows to 16 for long clips."""

ENOUGH = 3
"""Measured clips from which on a prediction counts as calibrated."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Cost of each unit of work, by quantity: seconds for stages, bytes for memory.

    Work is in the common measure of `manner.py`.
    """

    costs: Costs
    clips: int
    """How many measured clips they rest on."""

    @property
    def calibrated(self) -> bool:
        return self.clips >= ENOUGH

    def stages(self, work: Work) -> Mapping[Stage, float]:
        """Seconds of each stage of a process that makes one clip, from its start to its end."""
        seconds: dict[Stage, float] = {stage: self._predict(stage, work) for stage in STAGES}
        seconds["denoise"] += self._predict("warm_up", work)
        return MappingProxyType(seconds)

    def ram(self, work: Work) -> int:
        """Peak host memory in bytes."""
        return round(self._predict("ram", work))

    def vram(self, work: Work) -> int:
        """Peak memory of the GPU in bytes."""
        return round(self._predict("vram", work))

    def _predict(self, quantity: Quantity, work: Work) -> float:
        return sum(cost * amount for cost, amount in zip(self.costs[quantity], _amounts(quantity, work), strict=True))


def typical(device: str, card: Accelerator | None = None) -> Rates:
    """The rates assumed of a device, named as torch does, before anything was measured."""
    if device == "cpu":
        return Rates(_PROCESSOR, clips=0)
    peak = None if card is None else peak_flops(card.name)
    if card is None or peak is None:
        return Rates(_GPU, clips=0)
    products, attention, decode = (1 / (share * peak) for share in _REACHED)
    if card.capability == HOPPER and has_flash_attention_4():
        attention = 1 / (_REACHED_BY_FLASH_4 * peak)
    forward, *_ = _GPU["denoise"]
    first, chunk, _, pixel = _GPU["decode"]
    known: Costs = {
        **_GPU,
        "denoise": (forward, products, attention, decode),
        "decode": (first, chunk, decode, pixel),
    }
    return Rates(MappingProxyType(known), clips=0)


def learn(clips: Sequence[tuple[Work, StageTimes]], device: str, card: Accelerator | None = None) -> Rates:
    """Fit the costs to finished clips of one device, with work in the common measure of `manner.py`."""
    costs: Costs = {
        # A GPU's memory is counted from shapes and checked on full-size models; small clips would mislead a fit.
        quantity: prior if device != "cpu" and quantity in _MEMORY else _learn(quantity, prior, clips)
        for quantity, prior in typical(device, card).costs.items()
    }
    return Rates(MappingProxyType(costs), len(clips))


def _learn(quantity: Quantity, prior: tuple[float, ...], clips: Sequence[tuple[Work, StageTimes]]) -> tuple[float, ...]:
    pairs = [(_amounts(quantity, work), _measured(quantity, times)) for work, times in clips]
    known = [(amounts, value) for amounts, value in pairs if value > 0]
    weight = _PRIOR_WEIGHT_OF_DECODING if quantity == "decode" else PRIOR_WEIGHT
    return fit([amounts for amounts, _ in known], [value for _, value in known], prior, weight)


def _amounts(quantity: Quantity, work: Work) -> tuple[float, ...]:
    """The amounts of work that a quantity's costs are multiplied by."""
    match quantity:
        case "start" | "end" | "warm_up":
            return (1.0,)
        case "load":
            return (1.0, work.weights, work.float8)
        case "encode":
            return (1.0, work.encode, work.heard)
        case "denoise":
            return (work.forwards, work.linear, work.attention, work.between)
        case "decode":
            return (1.0, work.chunks, work.decode, work.pixels)
        case "ram":
            return (1.0, work.host)
        case "vram":
            return (1.0, work.device)


def _measured(quantity: Quantity, times: StageTimes) -> float:
    """Seconds or bytes; 0 where nothing is known."""
    match quantity:
        case "ram":
            return times.peak_ram
        case "vram":
            return times.peak_vram
        case "denoise":
            return max(0.0, times.seconds.get("denoise", 0.0) - times.warm_up)
        case "warm_up":  # in a process that has made a clip before, there is less of it
            return times.warm_up if "load" in times.seconds else 0.0
        case _:
            return times.seconds.get(quantity, 0.0)
