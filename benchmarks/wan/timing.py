"""Several ways to compute the same result, timed in turn on a GPU."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

import torch

Way = Callable[[], object]


@dataclass(frozen=True)
class Timed:
    """One way's median seconds, all of them, and its peak memory."""

    seconds: float
    all_seconds: tuple[float, ...]
    peak_gib: float


def alternating(ways: Mapping[str, Way], rounds: int) -> dict[str, Timed]:
    """Time every way once per round, after one run each that is not counted, so that disturbances affect all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    peaks = dict.fromkeys(ways, 0.0)
    for counts in (False, *[True] * rounds):
        for name, way in ways.items():
            torch.cuda.reset_peak_memory_stats()
            taken = seconds_of(way)
            if counts:
                seconds[name].append(taken)
                peaks[name] = max(peaks[name], torch.cuda.max_memory_allocated() / 2**30)
    return {name: Timed(median(each), tuple(each), peaks[name]) for name, each in seconds.items()}


def seconds_of(way: Way) -> float:
    """Seconds of one run, from idle GPU to idle GPU."""
    began, ended = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
    torch.cuda.synchronize()
    began.record()
    way()
    ended.record()
    torch.cuda.synchronize()
    return began.elapsed_time(ended) / 1000
