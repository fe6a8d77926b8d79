"""Frames that repeat the frame before."""

from collections.abc import Sequence
from dataclasses import dataclass

FROZEN_FROM = 3
"""Repeats in a row from which on the picture stands still; fewer are duplicates, which make motion stutter."""


@dataclass(frozen=True, slots=True)
class Run:
    """``count`` frames from ``first`` on, each of which repeats the one before."""

    first: int
    count: int

    @property
    def is_frozen(self) -> bool:
        return self.count >= FROZEN_FROM


def repeat_runs(is_repeat: Sequence[bool]) -> tuple[Run, ...]:
    """The runs of repeats in order, from one flag for each frame."""
    runs: list[Run] = []
    for index, repeats in enumerate(is_repeat):
        if not repeats:
            continue
        if runs and runs[-1].first + runs[-1].count == index:
            runs[-1] = Run(runs[-1].first, runs[-1].count + 1)
        else:
            runs.append(Run(index, 1))
    return tuple(runs)
