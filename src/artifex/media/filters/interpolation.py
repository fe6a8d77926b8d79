"""Frames between frames: motion at a higher rate."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from numpy.typing import NDArray

from artifex.errors import BadField
from artifex.media.filtering import Filter
from artifex.media.filters.stage import Frames, filtered

_BEHIND = 4
_CUT = 10.0
"""Change of the picture, of 100, from which on two frames are of different scenes, which nothing lies between."""


def interpolated(frames: Frames, rate: Fraction, target: Fraction) -> Iterator[NDArray[Any]]:
    """Frames at ``rate`` a second as frames at ``target``, which is no lower; every one that exists is kept in time.

    What moves is followed: some five new frames of 1280x720 a second. At a cut, which is found, the frame before it is
    repeated. The clip lasts as long as before, within a frame. FFmpeg's filter works in 8 bits, also where the frames
    have 16. Raises BadField.
    """
    if not rate <= target <= 240:
        raise BadField("target", f"A rate of {float(rate):g} can be raised up to 240 frames a second.")
    if rate == target:
        return iter(frames)
    how = {"mi_mode": "mci", "mc_mode": "aobmc", "me_mode": "bidir", "vsbmc": "1"}
    options = {"fps": str(target), **how, "scd": "fdiff", "scd_threshold": str(_CUT)}
    held = _Held(frames)
    made = filtered(held, [Filter("minterpolate", options)], "ycbcr", rate, pixel_format="yuv444p")
    return _as_many(made, held, target / rate)


class _Held:
    """Frames, and the last one some more times: FFmpeg makes nothing of the last few that it is given."""

    def __init__(self, frames: Frames) -> None:
        self._frames = frames
        self.count: int | None = None
        """Of the frames themselves, once all have passed."""

    def __iter__(self) -> Iterator[NDArray[Any]]:
        count = 0
        last: NDArray[Any] | None = None
        for frame in self._frames:
            yield frame
            last = frame
            count += 1
        self.count = count
        for _ in range(_BEHIND if last is not None else 0):
            assert last is not None
            yield last


def _as_many(made: Iterator[NDArray[Any]], held: _Held, ratio: Fraction) -> Iterator[NDArray[Any]]:
    """No more than last as long as the frames do; what lies beyond comes out only when all of them have passed."""
    for index, frame in enumerate(made):
        if held.count is not None and index >= round(held.count * ratio):
            return
        yield frame
