"""The continuity meter's report on a clip."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Any

from artifex.media.continuity.colour_difference import delta_e
from artifex.media.continuity.cuts import cut_frames
from artifex.media.continuity.lab import Lab
from artifex.media.continuity.measuring import FrameMeasure
from artifex.media.continuity.repeats import Run, repeat_runs

_LONGEST_END = 12
_NOTHING = 1e-6


@dataclass(frozen=True, slots=True)
class Change:
    """The change between two stretches of frames: ``colour`` in CIEDE2000, the others relative (-0.1: a tenth less)."""

    colour: float
    contrast: float
    sharpness: float


@dataclass(frozen=True, slots=True)
class ContinuityReport:
    """``drift`` is the change from a clip's first frames to its last: between medians over up to 12 frames, never more
    than a quarter of the clip. ``most_drift`` is the largest CIEDE2000 of any frame from the first frames.

    ``consistency``, 0 to 1, is the mean ``similarity`` of neighbouring frames (:class:`FrameMeasure`), with cuts and
    repeats counted like all others. A clip of one frame has 1.
    """

    measures: tuple[FrameMeasure, ...]
    drift: Change
    most_drift: float
    repeats: tuple[Run, ...]
    cuts: tuple[int, ...]
    """First frames after a cut."""
    consistency: float

    @property
    def frozen(self) -> tuple[Run, ...]:
        return tuple(run for run in self.repeats if run.is_frozen)

    @property
    def duplicates(self) -> tuple[Run, ...]:
        return tuple(run for run in self.repeats if not run.is_frozen)

    def to_data(self) -> dict[str, Any]:
        """Plain JSON, with a list of numbers for each line of a strip chart."""
        return {
            "frame_count": len(self.measures),
            "drift": {"colour": self.drift.colour, "contrast": self.drift.contrast, "sharpness": self.drift.sharpness},
            "most_drift": self.most_drift,
            "consistency": self.consistency,
            "cuts": list(self.cuts),
            "frozen": [{"first": run.first, "count": run.count} for run in self.frozen],
            "duplicates": [{"first": run.first, "count": run.count} for run in self.duplicates],
            "chart": {
                "colour": [[round(value, 2) for value in each.colour] for each in self.measures],
                "colour_drift": [round(value, 3) for value in colour_drift(self.measures)],
                "contrast": [round(each.contrast, 3) for each in self.measures],
                "sharpness": [round(each.sharpness, 3) for each in self.measures],
                "difference": [round(each.difference, 5) for each in self.measures],
                "residue": [round(each.residue, 5) for each in self.measures],
                "similarity": [round(each.similarity, 4) for each in self.measures],
            },
        }


def reported(measures: Sequence[FrameMeasure]) -> ContinuityReport:
    """Raises ValueError where there are no frames."""
    if not measures:
        raise ValueError("there are no frames to report on")
    ends = max(1, min(_LONGEST_END, len(measures) // 4))
    return ContinuityReport(
        measures=tuple(measures),
        drift=change(measures[:ends], measures[-ends:]),
        most_drift=max(colour_drift(measures)),
        repeats=repeat_runs([each.is_repeat for each in measures]),
        cuts=cut_frames(measures),
        consistency=fmean(each.similarity for each in measures[1:]) if len(measures) > 1 else 1.0,
    )


def change(before: Sequence[FrameMeasure], after: Sequence[FrameMeasure]) -> Change:
    """The change between the medians of two stretches of frames."""
    return Change(
        colour=delta_e(middle_colour(before), middle_colour(after)),
        contrast=_share(median(each.contrast for each in before), median(each.contrast for each in after)),
        sharpness=_share(median(each.sharpness for each in before), median(each.sharpness for each in after)),
    )


def colour_drift(measures: Sequence[FrameMeasure]) -> list[float]:
    """CIEDE2000 of each frame from the first frames' colour."""
    start = middle_colour(measures[: max(1, min(_LONGEST_END, len(measures) // 4))])
    return [delta_e(start, each.colour) for each in measures]


def middle_colour(measures: Sequence[FrameMeasure]) -> Lab:
    lightness, a, b = (median(each.colour[index] for each in measures) for index in range(3))
    return lightness, a, b


def _share(before: float, after: float) -> float:
    return after / before - 1 if before > _NOTHING else 0.0
