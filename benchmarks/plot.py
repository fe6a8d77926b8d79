"""Bar chart of a result of `benchmarks.wan` or `benchmarks.starter`: ours, diffusers', and the hardware's floor.

    python -m benchmarks.plot RESULT.json [PICTURE.svg]

The picture is written beside the result if no name is given. It is plain SVG, written without a library.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

COLOURS = {"ours": "#2563eb", "diffusers": "#f59e0b", "floor": "#9ca3af"}
WIDTH, LABEL, ROW, GAP, TOP = 820, 250, 18, 14, 44
_OURS = ("exact", "high", "fused", "moving", "picture")


@dataclass(frozen=True)
class Bar:
    """One timing."""

    label: str
    seconds: float
    kind: str
    """A key of COLOURS."""


@dataclass(frozen=True)
class Group:
    """The bars of one case, which share a scale."""

    title: str
    bars: tuple[Bar, ...]


def groups_of(result: Any) -> list[Group]:
    """The bars of a result file. Raises ValueError for one of another benchmark."""
    if hasattr(result.get("cases"), "items"):
        return [group for name, case in result["cases"].items() if (group := _case(name, case)).bars]
    if "ours" in result and "diffusers" in result:
        bars = [Bar(side, result[side]["whole"], side) for side in ("ours", "diffusers")]
        stages = [
            Bar(f"{side}: {stage}", seconds, side)
            for side in ("ours", "diffusers")
            for stage, seconds in result[side]["seconds"].items()
        ]
        return [Group("starter, whole process", tuple(bars)), Group("starter, by stage", tuple(stages))]
    raise ValueError("not a result of benchmarks.wan or benchmarks.starter")


def _case(name: str, case: Any) -> Group:
    bars = [
        Bar(way, figures["seconds"], "ours" if way in _OURS else "diffusers")
        for way, figures in case.items()
        if hasattr(figures, "items") and "seconds" in figures and (way in _OURS or way.startswith("diffusers"))
    ]
    floors = {
        f"floor of {way}": case[way]["floor_seconds"]
        for way in ("exact", "high")
        if "floor_seconds" in case.get(way, {})
    }
    return Group(name, (*bars, *(Bar(label, seconds, "floor") for label, seconds in floors.items())))


def draw(groups: Sequence[Group], title: str) -> str:
    """An SVG of all groups, each with its own scale."""
    parts: list[str] = [_text(10, 24, title, 16, bold=True)]
    y = TOP
    for group in groups:
        most = max(bar.seconds for bar in group.bars)
        parts.append(_text(10, y + 13, group.title, 13, bold=True))
        y += ROW + 4
        for bar in group.bars:
            length = (WIDTH - LABEL - 90) * bar.seconds / most
            parts.append(_text(24, y + 13, bar.label, 12))
            parts.append(
                f'<rect x="{LABEL}" y="{y + 2}" width="{length:.1f}" height="{ROW - 4}" fill="{COLOURS[bar.kind]}"/>'
            )
            parts.append(_text(round(LABEL + length + 6), y + 13, f"{bar.seconds:.2f} s", 12))
            y += ROW
        y += GAP
    size = f'width="{WIDTH}" height="{y}" viewBox="0 0 {WIDTH} {y}"'
    ground = f'<rect width="{WIDTH}" height="{y}" fill="#ffffff"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{ground}{"".join(parts)}</svg>\n'


def _text(x: int, y: int, words: str, size: int, *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x}" y="{y}" font-family="sans-serif" font-size="{size}"{weight}>{escape(words)}</text>'


def main(result: Path, picture: Path) -> None:
    """Read, draw, write."""
    data = json.loads(result.read_text())
    try:
        groups = groups_of(data)
    except ValueError as error:
        sys.exit(f"{result} is {error}.")
    machines = {run["device"] for run in data["runs"].values()} if "runs" in data else {data["machine"]["cpu"]}
    picture.write_text(draw(groups, f"{result.stem} {', '.join(sorted(machines))}, seconds: less is better"))


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    source = Path(sys.argv[1])
    main(source, Path(sys.argv[2]) if len(sys.argv) == 3 else source.with_suffix(".svg"))
