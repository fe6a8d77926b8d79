"""What the machine and the queue were like lately, one sample every two seconds."""

import time
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

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
    vram_used: int
    vram_total: int
    rss: int
    """Of the server's own process."""
    queued: int
    running: int
    longest_wait: float


class Samples:
    """Takes samples and remembers the last hour of them."""

    def __init__(self, database: Database, figures: Figures) -> None:
        self._database = database
        self._figures = figures
        self._kept: deque[Sample] = deque(maxlen=KEPT)
        self._process = psutil.Process()

    def take(self) -> None:
        """Look now. Raises DatabaseUnreachable."""
        work = overview(self._database)
        memory = psutil.virtual_memory()
        cards = this_machine().usable_accelerators
        sample = Sample(
            at=time.time(),
            cpu=psutil.cpu_percent() / 100,
            ram_used=memory.total - memory.available,
            ram_total=memory.total,
            vram_used=sum(card.memory_total - card.memory_free for card in cards),
            vram_total=sum(card.memory_total for card in cards),
            rss=self._process.memory_info().rss,
            queued=work.by_state["queued"],
            running=work.by_state["running"],
            longest_wait=work.longest_wait,
        )
        self._kept.append(sample)
        self._figures.memory.set(sample.rss)
        for state, count in work.by_state.items():
            self._figures.jobs.labels(state).set(count)

    def last(self, count: int) -> list[dict[str, Any]]:
        """The latest samples, oldest first."""
        return [asdict(sample) for sample in list(self._kept)[-count:]]
