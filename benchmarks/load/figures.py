"""Measured figures and their bars."""

import json
import math
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure and its bar: an upper limit or, with ``least``, a lower one."""

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
    """The percentile ``share`` (such as 0.95) of durations, in milliseconds, by the nearest-rank method."""
    ordered = sorted(seconds)
    return 1000 * ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def end_with(figures: Sequence[Figure], path: Path | None, load_before: float, **about: Any) -> NoReturn:
    """Print the figures, write them to ``path`` together with ``about``, and exit with 1 if a bar is missed."""
    for figure in figures:
        print(figure.line)
    if path is not None:
        machine = {"cores": os.cpu_count(), "machine": platform.machine(), "load_before": load_before}
        content = {"machine": machine, **about, "figures": [asdict(one) for one in figures]}
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    sys.exit(0 if all(figure.met for figure in figures) else 1)
