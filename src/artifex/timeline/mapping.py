"""Maps a clip's frames to its source's frames, and tells how far a clip can be extended at either end."""

from fractions import Fraction
from math import ceil, floor

from artifex.timeline.clip import ZERO, Clip
from artifex.timeline.sources import MediaSource, ShotSource

TimedSource = MediaSource | ShotSource
"""A source with frames of its own."""


def timed(clip: Clip) -> TimedSource | None:
    """The clip's source if it has a length, None if it is endless."""
    return clip.source if isinstance(clip.source, TimedSource) and not clip.source.is_endless else None


def step(clip: Clip, rate: Fraction) -> Fraction:
    """Source frames for each frame of a timeline with this rate; 0 where the source is endless or frozen."""
    source = timed(clip)
    if source is None:
        return ZERO
    if source.rate == rate:
        return clip.speed
    return clip.speed * source.rate / rate


def position(clip: Clip, frame: int, rate: Fraction) -> Fraction:
    """The source position of a clip's frame, counted from the clip's start; it may lie outside the source."""
    return clip.source_start + frame * step(clip, rate)


def source_frame(clip: Clip, frame: int, rate: Fraction) -> int:
    """The number of the source frame that a clip's frame shows."""
    return floor(position(clip, frame, rate))


def head_room(clip: Clip, rate: Fraction) -> int | None:
    """By how many frames the clip could begin earlier; None is no limit."""
    return _room(clip, clip.source_start, -step(clip, rate))


def tail_room(clip: Clip, rate: Fraction) -> int | None:
    """By how many frames the clip could end later; None is no limit."""
    pace = step(clip, rate)
    return _room(clip, clip.source_start + (clip.duration - 1) * pace, pace)


def _room(clip: Clip, at: Fraction, pace: Fraction) -> int | None:
    """How many steps of ``pace`` from ``at`` stay inside the source."""
    source = timed(clip)
    if source is None or pace == 0:
        return None
    if pace > 0:
        return ceil((source.frame_count - at) / pace) - 1
    return floor(at / -pace)


def is_inside(clip: Clip, rate: Fraction) -> bool:
    """Whether the source has every frame that the clip shows."""
    source = timed(clip)
    if source is None:
        return True
    first, last = clip.source_start, clip.source_start + (clip.duration - 1) * step(clip, rate)
    return 0 <= first < source.frame_count and 0 <= last < source.frame_count
