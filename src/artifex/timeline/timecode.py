"""Timecode: hours, minutes, seconds and frames, with drop frame for 29.97 and 59.94."""

import re
from fractions import Fraction

from artifex.errors import BadInput

_TIMECODE = re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d)([:;])(\d{1,3})", re.ASCII)
_DROPPING = {Fraction(30000, 1001): 2, Fraction(60000, 1001): 4}


def can_drop(rate: Fraction) -> bool:
    """Whether drop frame exists for the rate."""
    return rate in _DROPPING


def nominal(rate: Fraction) -> int:
    """Frames that a second of timecode counts: 24 for 24000/1001."""
    return max(1, round(rate))


def timecode(frame: int, rate: Fraction, drop: bool | None = None) -> str:
    """``HH:MM:SS:FF``, or ``HH:MM:SS;FF`` with drop frame, which is the default where it exists.

    Drop frame skips the first two (59.94: four) frame numbers of every minute except each tenth, to stay in step with
    the wall clock. Raises BadInput for a negative frame, and for drop frame at another rate.
    """
    if frame < 0:
        raise BadInput("There is no timecode before frame 0.")
    per_second = nominal(rate)
    dropped = _dropped(rate, drop)
    if dropped:
        frame = _with_gaps(frame, per_second, dropped)
    seconds, frames = divmod(frame, per_second)
    width = len(str(per_second - 1)) if per_second > 100 else 2
    mark = ";" if dropped else ":"
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}{frames:0{width}}"


def frame_of(text: str, rate: Fraction) -> int:
    """The frame of a timecode; a ``;`` before the frames means drop frame. Raises BadInput."""
    match = _TIMECODE.fullmatch(text.strip())
    per_second = nominal(rate)
    if match is None or int(match[5]) >= per_second:
        raise BadInput(
            f"Timecode {text!r:.40} is not understood; write it as 00:00:10:12 with frames below {per_second}."
        )
    minutes = int(match[1]) * 60 + int(match[2])
    frame = (minutes * 60 + int(match[3])) * per_second + int(match[5])
    dropped = _dropped(rate, match[4] == ";")
    if dropped and minutes % 10 and match[3] == "00" and int(match[5]) < dropped:
        raise BadInput(f"Timecode {text!r:.40} does not exist in drop frame; the minute starts at ;{dropped:02}.")
    return frame - dropped * (minutes - minutes // 10)


def _dropped(rate: Fraction, drop: bool | None) -> int:
    """How many frame numbers a minute skips."""
    if drop and not can_drop(rate):
        raise BadInput(f"Drop frame exists for 29.97 and 59.94 frames a second only, not for {float(rate):.6g}.")
    return 0 if drop is False else _DROPPING.get(rate, 0)


def _with_gaps(frame: int, per_second: int, dropped: int) -> int:
    """The frame's number when the skipped ones are counted too."""
    per_minute = per_second * 60 - dropped
    tens, rest = divmod(frame, per_minute * 10 + dropped)
    minutes = 0 if rest < per_minute + dropped else (rest - dropped) // per_minute
    return frame + dropped * (9 * tens + minutes)
