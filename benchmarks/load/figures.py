"""What was measured, and the bar it is held against."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, with the most (or, where ``least``, the least) that it may be."""

    name: str
    value: float
    unit: str
    bar: float
    least: bool = False

    @property
    def met(self) -> bool:
        return self.value >= self.bar if self.least else self.value <= self.bar

    @property
    def line(self) -> str:
        sign = ">=" if self.least else "<="
        verdict = "met" if self.met else "MISSED"
        return f"{self.name:<46}{self.value:>10,.1f} {self.unit:<6}{sign} {self.bar:>7,.0f}  {verdict}"


def milliseconds(seconds: Sequence[float], share: float) -> float:
    """The percentile ``share`` (0.95) of durations, in milliseconds: the smallest that so many do not exceed."""
    ordered = sorted(seconds)
    return 1000 * ordered[max(0, math.ceil(share * len(ordered)) - 1)]
