"""Samples of the machine and the queue, one every two seconds, for the last hour."""

import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import psutil

from artifex.api.figures import Figures
from artifex.jobs.overview import overview
from artifex.machine import this_machine
from artifex.store.database import Database

KEPT = 1800
"""An hour of samples."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Shares are 0 to 1; memory is in bytes."""

    at: float
    cpu: float
    ram_used: int
    ram_total: int
    gpu: float | None
    """Utilisation of the busiest GPU; null without a GPU, or if its driver does not report it."""
    vram_used: int | None
    """Of all GPUs together; null without a GPU."""
    vram_total: int | None
    disk_free: int
    """On the disk of the library."""
    disk_total: int
    rss: int
    """Resident memory of the server process."""
    queued: int
    running: int
    longest_wait: float


class Load:
    """How busy the processors were since this was last asked, by whichever thread: psutil's own ``cpu_percent`` counts
    for each thread by itself, and tells a thread that asks for the first time 0."""

    def __init__(self) -> None:
        self._before = _processor_seconds()

    def share(self) -> float:
        """From 0 to 1."""
        now = _processor_seconds()
        busy, passed = (after - before for before, after in zip(self._before, now, strict=True))
        self._before = now
        return min(1.0, max(0.0, busy / passed)) if passed > 0 else 0.0


def _processor_seconds() -> tuple[float, float]:
    """Seconds of all processors: those at work, and all."""
    times = psutil.cpu_times()
    idle = times.idle + getattr(times, "iowait", 0.0)
    guests = getattr(times, "guest", 0.0) + getattr(times, "guest_nice", 0.0)  # Linux counts them as user time already
    return sum(times) - guests - idle, sum(times) - guests


class Samples:
    """Takes samples and keeps those of the last hour."""

    def __init__(self, database: Database, figures: Figures, home: Path) -> None:
        """``home`` is the folder of the library."""
        self._database = database
        self._home = home
        self._figures = figures
        self._kept: deque[Sample] = deque(maxlen=KEPT)
        self._process = psutil.Process()
        self._load = Load()

    def take(self) -> None:
        """Take a sample. Raises DatabaseUnreachable."""
        work = overview(self._database)
        memory = psutil.virtual_memory()
        cards = this_machine().usable_accelerators
        busy = [card.utilisation for card in cards if card.utilisation is not None]
        disk = psutil.disk_usage(str(self._home))
        sample = Sample(
            at=time.time(),
            cpu=self._load.share(),
            ram_used=memory.total - memory.available,
            ram_total=memory.total,
            gpu=max(busy, default=None),
            vram_used=sum(card.memory_total - card.memory_free for card in cards) if cards else None,
            vram_total=sum(card.memory_total for card in cards) if cards else None,
            disk_free=disk.free,
            disk_total=disk.total,
            rss=self._process.memory_info().rss,
            queued=work.by_state["queued"],
            running=work.by_state["running"],
            longest_wait=work.longest_wait,
        )
        self._kept.append(sample)
        self._figures.memory.set(sample.rss)
        for state, count in work.by_state.items():
            self._figures.jobs.labels(state).set(count)

    def last(self, count: int) -> list[Sample]:
        """The latest samples, oldest first."""
        return list(self._kept)[-count:]
