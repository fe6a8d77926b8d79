"""Finds unwanted cuts inside a clip."""

from collections.abc import Sequence
from statistics import median

from artifex.media.continuity.measuring import FrameMeasure

_NEIGHBOURS = 8
"""Frames on each side that a frame is compared with."""
_LEAST = 0.03
"""Residue, 0 to 1, below which nothing is a cut."""
_TIMES_USUAL = 4.0
_DEVIATIONS = 6.0
_TO_DEVIATION = 1.4826
"""From the median absolute deviation to the standard deviation of a normal distribution (F. R. Hampel, 1974)."""
_LIKENESS_LEFT = 0.75


def cut_frames(measures: Sequence[FrameMeasure]) -> tuple[int, ...]:
    """The first frame after each cut; a flash of one frame is two cuts.

    At a cut the residue is over 0.03, over four times the median of the 16 frames around it and over six deviations
    above it, and the similarity is under three quarters of their median. So neither fast motion nor a light that is
    switched on is one.
    """
    return tuple(index for index in range(1, len(measures)) if _is_cut(measures, index))


def _is_cut(measures: Sequence[FrameMeasure], index: int) -> bool:
    here = measures[index]
    if here.residue <= _LEAST:
        return False
    around = [*measures[max(1, index - _NEIGHBOURS) : index], *measures[index + 1 : index + 1 + _NEIGHBOURS]]
    if not around:
        return here.similarity < _LIKENESS_LEFT
    usual = median(each.residue for each in around)
    deviation = _TO_DEVIATION * median(abs(each.residue - usual) for each in around)
    is_far = here.residue > max(_TIMES_USUAL * usual, usual + _DEVIATIONS * deviation)
    return is_far and here.similarity < _LIKENESS_LEFT * median(each.similarity for each in around)
