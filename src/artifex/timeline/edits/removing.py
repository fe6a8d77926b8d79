"""Razor, lift, extract, ripple delete and closing gaps."""

from collections.abc import Iterable

from artifex.errors import BadInput
from artifex.timeline.clip import Clip
from artifex.timeline.edits.cutting import clear_tracks, cut_tracks
from artifex.timeline.edits.draft import Draft, NewId, shown
from artifex.timeline.edits.rippling import shift_later
from artifex.timeline.timeline import Timeline


def razor(timeline: Timeline, frame: int, *, new_id: NewId, track: str | None = None, alone: bool = False) -> Timeline:
    """Cut the clip of one track at a frame, and clips linked to it; without ``track``, clips on all unlocked tracks.

    Raises BadInput when there is nothing to cut.
    """
    draft = Draft(timeline, alone)
    chosen = draft.unlocked(None if track is None else [track])
    crossing = [clip for each in chosen for clip in draft.clips(each) if clip.start < frame < clip.end]
    if not crossing:
        raise BadInput(f"No clip that may be cut goes on over frame {frame}.")
    partners = draft.groups(clip.id for clip in crossing)
    tracks = {draft.track_of(clip.id) for clip in partners if clip.start < frame < clip.end}
    cut_tracks(draft, [each for each in draft.unlocked(None) if each in tracks], frame, new_id)
    return draft.done()


def lift(timeline: Timeline, start: int, end: int, *, new_id: NewId, tracks: Iterable[str] | None = None) -> Timeline:
    """Remove everything from ``start`` up to ``end`` on the tracks (all unlocked ones if None); nothing moves."""
    draft = Draft(timeline)
    _check_range(start, end)
    clear_tracks(draft, draft.unlocked(tracks), start, end, new_id)
    return draft.done()


def extract(
    timeline: Timeline,
    start: int,
    end: int,
    *,
    new_id: NewId,
    tracks: Iterable[str] | None = None,
    alone: bool = False,
) -> Timeline:
    """Remove the frames from ``start`` up to ``end`` from the tracks (all unlocked ones if None) and close the gap.

    Raises BadInput for an empty range, Conflict when linked clips would move apart.
    """
    draft = Draft(timeline, alone)
    _check_range(start, end)
    chosen = draft.unlocked(tracks)
    clear_tracks(draft, chosen, start, end, new_id)
    shift_later(draft, chosen, end, start - end)
    return draft.done()


def lift_clips(timeline: Timeline, clips: Iterable[str], *, alone: bool = False) -> Timeline:
    """Remove clips, leaving gaps. Raises BadInput."""
    draft = Draft(timeline, alone)
    for clip in draft.groups(clips):
        draft.remove(clip.id)
    return draft.done()


def ripple_delete(
    timeline: Timeline, clips: Iterable[str], *, tracks: Iterable[str] | None = None, alone: bool = False
) -> Timeline:
    """Remove clips and close the gaps by moving what comes later.

    ``tracks``: the tracks that move besides the clips' own; all unlocked ones if None. Raises BadInput.
    """
    draft = Draft(timeline, alone)
    closing = draft.unlocked(tracks)
    wanted = sorted((draft.clip(clip) for clip in dict.fromkeys(clips)), key=lambda clip: -clip.start)
    gone: set[str] = set()
    for clip in wanted:
        if clip.id not in gone:
            group = draft.group(clip.id)
            gone |= {each.id for each in group}
            close_up(draft, group, closing)
    return draft.done()


def close_up(draft: Draft, group: list[Clip], tracks: Iterable[str]) -> None:
    """Remove linked clips, and close the time range that they have in common."""
    pivots = {draft.track_of(each.id): each.end for each in group}
    length = min(each.end for each in group) - max(each.start for each in group)
    for each in group:
        draft.remove(each.id)
    if length > 0:
        shift_later(draft, {*tracks, *pivots}, group[0].end, -length, pivots)


def close_gap(
    timeline: Timeline, track: str, frame: int, *, tracks: Iterable[str] | None = None, alone: bool = False
) -> Timeline:
    """Move what comes after the gap at a frame to where the gap begins. Raises BadInput when there is none."""
    draft = Draft(timeline, alone)
    start, end = gap_at(draft.ordered(draft.unlocked([track])[0]), frame)
    shift_later(draft, {*draft.unlocked(tracks), track}, end, start - end)
    return draft.done()


def gap_at(clips: list[Clip], frame: int) -> tuple[int, int]:
    """First frame of the gap around ``frame``, and the frame after its last. Raises BadInput."""
    start = 0
    for clip in clips:
        if clip.start > frame >= 0:
            return start, clip.start
        if clip.end > frame:
            raise BadInput(f"There is no gap at frame {frame}; {shown(clip)} is there.")
        start = clip.end
    raise BadInput(f"There is no gap at frame {frame}: nothing comes after it.")


def _check_range(start: int, end: int) -> None:
    if not 0 <= start < end:
        raise BadInput(f"From frame {start} up to {end} there are no frames.")
