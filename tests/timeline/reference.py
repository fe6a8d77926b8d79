"""The slow model that edits are measured against: for each track and each frame, what is seen there."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from artifex.timeline.clip import Clip
from artifex.timeline.sources import MediaSource
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track

LENGTH = 260
Row = list["Seen | None"]


@dataclass(frozen=True)
class Seen:
    """A frame: of which source, where exactly in it, and what is done with it."""

    source: Any
    where: Fraction
    values: tuple[tuple[str, float], ...]
    kept: tuple[Any, ...]


def seen(clip: Clip, frame: int, rate: Fraction) -> Seen:
    """What a clip shows at a frame of the timeline, by the definition of the mapping; also outside of the clip."""
    offset = frame - clip.start
    source = clip.source
    where = Fraction(0)
    if isinstance(source, MediaSource) and source.kind != "image":
        where = clip.source_start + offset * clip.speed * source.rate / rate
    values = tuple((curve.parameter, curve.at(offset)) for curve in clip.curves)
    return Seen(source, where, values, (clip.enabled, clip.look, clip.fit, clip.blend))


def row(track: Track, rate: Fraction, length: int = LENGTH) -> Row:
    frames: Row = [None] * length
    for clip in track.clips:
        for frame in range(clip.start, clip.end):
            assert frames[frame] is None, "two clips at one frame"
            frames[frame] = seen(clip, frame, rate)
    return frames


def rows(timeline: Timeline) -> dict[str, Row]:
    return {track.id: row(track, timeline.rate) for track in timeline.tracks}


def owners(track: Track) -> list[Clip | None]:
    """Which clip is at each frame."""
    frames: list[Clip | None] = [None] * LENGTH
    for clip in track.clips:
        frames[clip.start : clip.end] = [clip] * clip.duration
    return frames


def padded(frames: Row) -> Row:
    return (frames + [None] * LENGTH)[:LENGTH]


def sync(clip: Clip, rate: Fraction) -> Fraction | None:
    """The timeline's frame at which the source's start would stand; None where that means nothing."""
    source = clip.source
    if not isinstance(source, MediaSource) or source.kind == "image" or clip.speed == 0:
        return None
    return clip.start - clip.source_start / (clip.speed * source.rate / rate)
