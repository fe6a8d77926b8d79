"""Trim, ripple trim, roll, slip and slide: where a clip begins and ends, and what of its source it shows."""

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Literal

from artifex.errors import BadInput
from artifex.timeline.clip import Clip
from artifex.timeline.edits.draft import Draft, shown
from artifex.timeline.edits.rippling import shift_later
from artifex.timeline.mapping import head_room, position, step, tail_room, timed
from artifex.timeline.timeline import Timeline
from artifex.units import counted

Edge = Literal["head", "tail"]


def trim(timeline: Timeline, clip: str, edge: Edge, by: int, *, alone: bool = False) -> Timeline:
    """Move one end of a clip by ``by`` frames, to the right if above 0; nothing else moves.

    Raises BadInput when the source has no more frames, the clip would vanish or another clip is in the way.
    """
    draft = Draft(timeline, alone)
    for each in draft.group(clip):
        draft.change(trimmed(each, edge, by, draft.rate))
    return draft.done()


def ripple_trim(
    timeline: Timeline, clip: str, edge: Edge, by: int, *, tracks: Iterable[str] | None = None, alone: bool = False
) -> Timeline:
    """Trim one end of a clip and move all that comes later, so that no gap opens. The clip's start stays.

    ``tracks``: the tracks that move; all unlocked ones if None. Raises BadInput.
    """
    draft = Draft(timeline, alone)
    group = draft.group(clip)
    pivots = {draft.track_of(each.id): each.end for each in group}
    for each in group:
        changed = trimmed(each, edge, by, draft.rate)
        draft.change(changed.at(each.start))
    taking_part = {*draft.unlocked(tracks), *pivots}
    longer = by if edge == "tail" else -by
    shift_later(draft, taking_part, group[0].end, longer, pivots, frozenset(each.id for each in group))
    return draft.done()


def roll(timeline: Timeline, clip: str, by: int, *, alone: bool = False) -> Timeline:
    """Move the cut between a clip and the one that starts at its end. Raises BadInput."""
    draft = Draft(timeline, alone)
    left = draft.clip(clip)
    right = next((each for each in draft.clips(draft.track_of(clip)) if each.start == left.end), None)
    if right is None:
        raise BadInput(f"No clip begins where {shown(left)} ends; a roll moves the cut between two clips.")
    followers = draft.group(right.id)
    for first in draft.group(clip):
        track = draft.track_of(first.id)
        for second in followers:
            if draft.track_of(second.id) == track and second.start == first.end:
                draft.change(trimmed(first, "tail", by, draft.rate))
                draft.change(trimmed(second, "head", by, draft.rate))
    return draft.done()


def slip(timeline: Timeline, clip: str, by: int, *, alone: bool = False) -> Timeline:
    """Shift what a clip shows by ``by`` timeline frames, later in its source if above 0; place and duration stay.

    Raises BadInput when the source does not reach so far.
    """
    draft = Draft(timeline, alone)
    if timed(draft.clip(clip)) is None:
        raise BadInput(f"{shown(draft.clip(clip))} shows the same all the time; there is nothing to slip.")
    for each in draft.group(clip):
        if timed(each) is not None:
            draft.change(slipped(each, by, draft.rate))
    return draft.done()


def slide(timeline: Timeline, clip: str, by: int, *, alone: bool = False) -> Timeline:
    """Move a clip between its neighbours: the clips that touch it grow or shrink. Raises BadInput."""
    draft = Draft(timeline, alone)
    group = draft.group(clip)
    moving = {each.id for each in group}
    for each in group:
        others = [other for other in draft.clips(draft.track_of(each.id)) if other.id not in moving]
        for other in others:
            if other.end == each.start:
                draft.change(trimmed(other, "tail", by, draft.rate))
            elif other.start == each.end:
                draft.change(trimmed(other, "head", by, draft.rate))
            elif other.start < max(each.end, each.end + by) and other.end > min(each.start, each.start + by):
                raise BadInput(f"{shown(each)} cannot slide past {shown(other)}; move it instead.")
    for each in group:
        draft.change(each.at(each.start + by))
    return draft.done()


def trimmed(clip: Clip, edge: Edge, by: int, rate: Fraction) -> Clip:
    """The clip with one end moved. Keyframes stay on the frames of the source that they were on. Raises BadInput."""
    longer = by if edge == "tail" else -by
    if clip.duration + longer < 1:
        raise BadInput(f"{shown(clip)} has {counted(clip.duration, 'frame')}; at least one has to be left.")
    room = tail_room(clip, rate) if edge == "tail" else head_room(clip, rate)
    if room is not None and longer > room:
        raise BadInput(
            f"The source of {shown(clip)} has {_only(room, 'more frame')} at its {edge}; {longer} asked for."
        )
    if edge == "tail":
        return replace(clip, duration=clip.duration + by)
    return replace(
        clip, start=clip.start + by, duration=clip.duration - by, source_start=position(clip, by, rate)
    ).with_curves_moved(-by)


def _only(count: int, what: str) -> str:
    return f"only {counted(count, what)}" if count else f"no {what}s"


def slipped(clip: Clip, by: int, rate: Fraction) -> Clip:
    pace = step(clip, rate)
    later, earlier = tail_room(clip, rate), head_room(clip, rate)
    source = timed(clip)
    if pace == 0 and source is not None:
        pace = source.rate / rate
        start = clip.source_start + by * pace
        if not 0 <= start < source.frame_count:
            raise BadInput(f"The source of {shown(clip)} does not reach so far; slip it less.")
    if later is not None and by > later:
        raise BadInput(f"The source of {shown(clip)} goes on for {_only(later, 'frame')} after its tail.")
    if earlier is not None and -by > earlier:
        raise BadInput(f"The source of {shown(clip)} has {_only(earlier, 'frame')} before its head.")
    return replace(clip, source_start=clip.source_start + by * pace)
