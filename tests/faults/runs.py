"""Seeded runs: each fault is met many times, every time at another moment, and any one of them can be met again."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from tests.faults.chain import Chain

COUNT = os.environ.get("ARTIFEX_FAULT_RUNS", "")
ONLY = os.environ.get("ARTIFEX_FAULT_SEED", "")


@dataclass(frozen=True, slots=True)
class Run:
    """One time that a fault is met; everything in it is drawn from ``random``. What fails within its block says how to
    make it fail again."""

    fault: str
    seed: int
    random: Random

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is not None:
            error.add_note(f"{self.fault}, run {self.seed}: set ARTIFEX_FAULT_SEED={self.seed} to meet it again")

    def tag(self, number: int) -> str:
        """Of the run's job of this number; breaches are told with it."""
        return f"{self.fault} run {self.seed} job {number}"

    def chain(self, steps: int = 24) -> Chain:
        """Sometimes one that another run has too, whose content is the same."""
        return Chain(self.random.randrange(200), steps)


def runs(fault: str, share: int = 1, usual: int = 3) -> Iterator[Run]:
    """As many as ARTIFEX_FAULT_RUNS says (``usual`` where it is not set), or every ``share``-th of them; only
    ARTIFEX_FAULT_SEED where that is set."""
    for seed in [int(ONLY)] if ONLY else range(0, int(COUNT or usual), share):
        yield Run(fault, seed, Random(f"{fault} {seed}"))
