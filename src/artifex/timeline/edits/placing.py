"""Insert, overwrite and append: edits that add clips."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from artifex.errors import BadInput
from artifex.timeline.clip import Clip
from artifex.timeline.edits.cutting import clear, cut_tracks, divide_links
from artifex.timeline.edits.draft import Draft, NewId, shown
from artifex.timeline.edits.rippling import torn
from artifex.timeline.mapping import is_inside
from artifex.timeline.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Placed:
    """A clip to be put on a track. The starts of clips placed together only say how they lie to one another."""

    track: str
    clip: Clip


def insert(
    timeline: Timeline,
    clips: Sequence[Placed],
    at: int,
    *,
    new_id: NewId,
    tracks: Iterable[str] | None = None,
    alone: bool = False,
) -> Timeline:
    """Insert clips at a frame; whatever was there or later moves right by their length.

    Clips that play across the frame are cut. ``tracks``: the tracks that move, besides those of the clips; all unlocked
    ones if None. Raises BadInput.
    """
    draft = Draft(timeline, alone)
    put_between(draft, clips, at, draft.unlocked(tracks), new_id)
    return draft.done()


def overwrite(timeline: Timeline, clips: Sequence[Placed], at: int, *, new_id: NewId) -> Timeline:
    """Put clips at a frame in place of what their tracks have there; nothing moves. Raises BadInput."""
    draft = Draft(timeline)
    put_over(draft, clips, at, new_id)
    return draft.done()


def append(timeline: Timeline, clips: Sequence[Placed]) -> Timeline:
    """Put clips after the last of those on their tracks. Raises BadInput."""
    draft = Draft(timeline)
    at = max((draft.track(placed.track).end for placed in clips), default=0)
    for placed in placed_at(draft, clips, at):
        draft.put(placed.track, placed.clip)
    return draft.done()


def put_between(draft: Draft, clips: Sequence[Placed], at: int, tracks: Iterable[str], new_id: NewId) -> None:
    """:func:`insert` on a draft."""
    coming = placed_at(draft, clips, at)
    length = max(placed.clip.end for placed in coming) - at
    taking_part = list(dict.fromkeys([*tracks, *(placed.track for placed in clips)]))
    _check_not_torn(draft, set(taking_part), at)
    cut_tracks(draft, taking_part, at, new_id)
    later = [clip for track in taking_part for clip in draft.clips(track) if clip.start >= at]
    if not draft.alone:
        divide_links(draft, {clip.link for clip in later if clip.link is not None}, at, new_id)
    for clip in later:
        draft.change(draft.clip(clip.id).at(clip.start + length))
    for placed in coming:
        draft.put(placed.track, placed.clip)


def put_over(draft: Draft, clips: Sequence[Placed], at: int, new_id: NewId) -> None:
    """:func:`overwrite` on a draft."""
    coming = placed_at(draft, clips, at)
    for frame in dict.fromkeys(frame for placed in coming for frame in (placed.clip.start, placed.clip.end)):
        cut_tracks(draft, [each.track for each in coming if frame in (each.clip.start, each.clip.end)], frame, new_id)
    for placed in coming:
        clear(draft, placed.track, placed.clip.start, placed.clip.end, new_id)
    for placed in coming:
        draft.put(placed.track, placed.clip)


def placed_at(draft: Draft, clips: Sequence[Placed], at: int) -> list[Placed]:
    """The clips, moved together so that the earliest starts at ``at``. Raises BadInput."""
    if not clips:
        raise BadInput("No clip was given to put onto the timeline.")
    if at < 0:
        raise BadInput("A clip cannot begin before the timeline does.")
    by = at - min(placed.clip.start for placed in clips)
    moved = [replace(placed, clip=placed.clip.at(placed.clip.start + by)) for placed in clips]
    for placed in moved:
        if placed.clip.duration < 1 or not is_inside(placed.clip, draft.rate):
            raise BadInput(f"{shown(placed.clip)} shows frames that its source does not have; make it shorter.")
    return moved


def _check_not_torn(draft: Draft, taking_part: set[str], at: int) -> None:
    """Raises Conflict where clips would move away from a linked clip that ends after ``at`` on a track that stays."""
    if draft.alone:
        return
    everything = list(draft.all_clips())
    moving = {clip.link for track, clip in everything if track in taking_part and clip.end > at}
    for track, clip in everything:
        if clip.link is not None and track not in taking_part and clip.end > at and clip.link in moving:
            raise torn(draft, track, clip)
