"""Motion interpolation: new frames between frames."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from numpy.typing import NDArray

from artifex.errors import BadField
from artifex.media.filtering import Filter
from artifex.media.filters.stage import Frames, filtered

_BEHIND = 4
_CUT = 10.0
"""Change of the picture, of 100, from which on there is a cut between two frames, and nothing is interpolated."""


def interpolated(frames: Frames, rate: Fraction, target: Fraction) -> Iterator[NDArray[Any]]:
    """Raise the frame rate from ``rate`` to ``target``, which is no lower.

    Motion compensated, at some five new frames of 1280x720 a second. At a cut, which is detected, the frame before it
    is repeated. The clip lasts as long as before, within a frame. FFmpeg's filter works in 8 bits, also where the
    frames have 16. Raises BadField.
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
    """Frames with the last one repeated: FFmpeg's filter gives nothing for the last few frames that it gets."""

    def __init__(self, frames: Frames) -> None:
        self._frames = frames
        self.count: int | None = None
        """The number of frames without repeats, once all have passed."""

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
    """The frames made, cut at the duration of the original ones; any beyond come out only after all of those passed."""
    for index, frame in enumerate(made):
        if held.count is not None and index >= round(held.count * ratio):
            return
        yield frame
