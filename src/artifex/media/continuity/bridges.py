"""Chooses the frame from which another clip should continue."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from math import log2

import numpy as np
from numpy.typing import NDArray

from artifex.errors import BadField
from artifex.media.continuity.colour_difference import delta_e
from artifex.media.continuity.lab import Lab
from artifex.media.continuity.measuring import FrameMeasure
from artifex.media.continuity.meter import ContinuityMeter
from artifex.media.continuity.report import middle_colour

_FIRST_FRAMES = 12
_SEEN_DIFFERENCE = 2.0
"""CIEDE2000 that people notice between two shots; it costs as much as the loss of a quarter of the sharpness."""
_BY_SHARPNESS = 1 / log2(4 / 3)
_BY_PLACE = 0.5
"""The cost of the oldest frame, so that of equally good frames the later one is taken."""
_BY_REPEAT = 100.0
_NOTHING = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Bridge:
    """``index`` counts from the clip's first frame; ``frame`` is RGB [H, W, 3]. ``colour`` is its CIEDE2000 from the
    wanted colour, ``sharpness`` a fraction of that of the sharpest candidate.
    """

    index: int
    frame: NDArray[np.uint8]
    colour: float
    sharpness: float
    is_repeat: bool


def best_bridge(frames: Iterable[NDArray[np.uint8]], last: int = 12, wanted: Lab | None = None) -> Bridge:
    """The best of a clip's ``last`` frames (1 to 240): sharp, no repeat, and near to the colour ``wanted``, which by
    default is that of the clip's first frames.

    Only the last frames are held. Raises BadField, and ValueError where there are no frames.
    """
    if not 1 <= last <= 240:
        raise BadField("last", f"last is {last}, but has to be from 1 to 240 frames.")
    meter = ContinuityMeter()
    held: deque[tuple[int, NDArray[np.uint8], FrameMeasure]] = deque(maxlen=last)
    first: list[FrameMeasure] = []
    for index, frame in enumerate(frames):
        measure = meter.look_at(frame)
        held.append((index, frame, measure))
        if len(first) < _FIRST_FRAMES:
            first.append(measure)
    if not held:
        raise ValueError("there are no frames to choose from")
    return _cheapest(held, wanted or middle_colour(first))


def _cheapest(held: deque[tuple[int, NDArray[np.uint8], FrameMeasure]], wanted: Lab) -> Bridge:
    sharpest = max(_NOTHING, *(measure.sharpness for _, _, measure in held))
    end = held[-1][0]

    def cost(candidate: tuple[int, NDArray[np.uint8], FrameMeasure]) -> float:
        index, _, measure = candidate
        by_colour = delta_e(wanted, measure.colour) / _SEEN_DIFFERENCE
        by_sharpness = log2(sharpest / max(_NOTHING, measure.sharpness)) * _BY_SHARPNESS
        by_place = (end - index) / len(held) * _BY_PLACE
        return by_colour + by_sharpness + by_place + _BY_REPEAT * measure.is_repeat

    index, frame, measure = min(held, key=cost)
    colour = delta_e(wanted, measure.colour)
    return Bridge(index, frame, colour, measure.sharpness / sharpest, measure.is_repeat)
