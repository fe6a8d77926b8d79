"""Seeded runs: each fault is injected many times at different moments, and any run can be repeated."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from tests.faults.chain import Chain

COUNT = os.environ.get("ARTIFEX_FAULT_RUNS", "")
ONLY = os.environ.get("ARTIFEX_FAULT_SEED", "")


@dataclass(frozen=True, slots=True)
class Run:
    """One injection of a fault, with all choices drawn from ``random``. A context manager; an error within its block
    gets a note that says how to repeat the run."""

    fault: str
    seed: int
    random: Random

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is not None:
            error.add_note(f"{self.fault}, run {self.seed}: set ARTIFEX_FAULT_SEED={self.seed} to meet it again")

    def tag(self, number: int) -> str:
        """The tag of one of the run's jobs, which identifies it in breaches."""
        return f"{self.fault} run {self.seed} job {number}"

    def chain(self, steps: int = 24) -> Chain:
        """A chain, sometimes the same as another run's, so that their content is shared."""
        return Chain(self.random.randrange(200), steps)


def runs(fault: str, share: int = 1, usual: int = 3) -> Iterator[Run]:
    """Every ``share``-th of ARTIFEX_FAULT_RUNS runs (default: ``usual``), or only run ARTIFEX_FAULT_SEED if that is
    set."""
    for seed in [int(ONLY)] if ONLY else range(0, int(COUNT or usual), share):
        yield Run(fault, seed, Random(f"{fault} {seed}"))
