"""Moving clips along their tracks and between them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from artifex.errors import BadInput
from artifex.timeline.clip import Clip
from artifex.timeline.edits.draft import Draft, NewId, shown
from artifex.timeline.edits.placing import Placed, placed_at, put_between, put_over
from artifex.timeline.edits.removing import close_up
from artifex.timeline.edits.rippling import shift_later
from artifex.timeline.timeline import Timeline

MoveMode = Literal["overwrite", "insert", "magnetic"]


def move(
    timeline: Timeline,
    clips: Sequence[str],
    to: int,
    *,
    new_id: NewId,
    track: str | None = None,
    mode: MoveMode = "overwrite",
    alone: bool = False,
) -> Timeline:
    """Move clips so that the first named starts at frame ``to``; the others and all linked clips move by as much.

    ``track``: the track of the same kind to which the first clip goes, with those of its own track. ``overwrite``
    leaves a gap behind and replaces what is at the new place; ``insert`` leaves a gap and moves later clips to make
    room; ``magnetic`` closes the gap and inserts at the nearest cut, both on the tracks of these clips only.
    Raises BadInput.
    """
    if not clips:
        raise BadInput("No clip was named to be moved.")
    draft = Draft(timeline, alone)
    leader = draft.clip(clips[0])
    group = draft.groups(clips)
    _check_tracks(draft, leader, track)
    going = [Placed(_target(draft, each, leader, track), each) for each in group]
    if mode == "magnetic":
        _move_magnetically(draft, leader, going, to)
    else:
        first = min(each.start for each in group)
        _move_freely(draft, going, to - leader.start + first, mode, new_id)
    return draft.done()


def _move_freely(draft: Draft, going: list[Placed], at: int, mode: MoveMode, new_id: NewId) -> None:
    for placed in going:
        draft.remove(placed.clip.id)
    if mode == "insert":
        put_between(draft, going, at, draft.unlocked(None), new_id)
    else:
        put_over(draft, going, at, new_id)


def _move_magnetically(draft: Draft, leader: Clip, going: list[Placed], to: int) -> None:
    group = [placed.clip for placed in going]
    tracks = {draft.track_of(each.id) for each in group} | {placed.track for placed in going}
    length = min(each.end for each in group) - max(each.start for each in group)
    if length < 1:
        raise BadInput(f"{shown(leader)} and the clips that move with it do not lie together; move them one by one.")
    close_up(draft, group, tracks)
    at = _nearest_cut(draft, going[0].track, to - length if to >= leader.end else min(to, leader.start))
    first = at + min(each.start for each in group) - leader.start
    coming = placed_at(draft, going, first)
    pivots = {placed.track: placed.clip.start for placed in coming}
    shift_later(draft, tracks, at, length, pivots)
    for placed in coming:
        draft.put(placed.track, placed.clip)


def _nearest_cut(draft: Draft, track: str, frame: int) -> int:
    """The frame nearest to ``frame`` at which a clip of the track starts or ends, or 0."""
    cuts = [0, *(clip.end for clip in draft.clips(track)), *(clip.start for clip in draft.clips(track))]
    return min(cuts, key=lambda cut: (abs(cut - frame), cut))


def _target(draft: Draft, clip: Clip, leader: Clip, track: str | None) -> str:
    own = draft.track_of(clip.id)
    return track if track is not None and own == draft.track_of(leader.id) else own


def _check_tracks(draft: Draft, leader: Clip, track: str | None) -> None:
    if track is None:
        return
    old, new = draft.track(draft.track_of(leader.id)), draft.track(track)
    if old.kind != new.kind:
        raise BadInput(f"{shown(leader)} lies on a track for {old.kind}; {new.shown_name} is one for {new.kind}.")


def link(timeline: Timeline, clips: Sequence[str], name: str) -> Timeline:
    """Link clips, so that they are edited together; ``name`` is a new id for the link. Raises BadInput."""
    draft = Draft(timeline)
    members = draft.groups(clips)
    if len(members) < 2:
        raise BadInput("A link needs at least two clips.")
    for each in members:
        draft.change(replace(each, link=name))
    return draft.done()


def unlink(timeline: Timeline, clips: Sequence[str]) -> Timeline:
    """Remove clips from their links. Raises BadInput."""
    draft = Draft(timeline, alone=True)
    for each in draft.groups(clips):
        draft.change(replace(each, link=None))
    return draft.done()
