"""The jump where one clip ends and the next begins."""

from collections.abc import Sequence

from artifex.media.continuity.measuring import FrameMeasure
from artifex.media.continuity.report import Change, ContinuityReport, change

_FRAMES = 3
"""Frames on each side, whose medians are compared: one frame may be a flash."""


def joint(before: ContinuityReport, after: ContinuityReport) -> Change:
    """The jump from the end of one clip to the start of another."""
    return joint_of_frames(before.measures, after.measures)


def joint_of_frames(before: Sequence[FrameMeasure], after: Sequence[FrameMeasure]) -> Change:
    """The jump from the last frames of ``before`` to the first of ``after``. Raises ValueError where one has none."""
    if not before or not after:
        raise ValueError("a joint is between two clips that have frames")
    return change(before[-_FRAMES:], after[:_FRAMES])
