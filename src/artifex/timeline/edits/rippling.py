"""Ripples on a draft: everything after a frame moves, and linked clips stay together."""

from collections.abc import Iterable, Mapping

from artifex.errors import Conflict
from artifex.timeline.clip import Clip
from artifex.timeline.edits.draft import Draft, shown


def shift_later(
    draft: Draft,
    tracks: Iterable[str],
    pivot: int,
    by: int,
    pivots: Mapping[str, int] | None = None,
    staying: frozenset[str] = frozenset(),
) -> None:
    """Move the clips of ``tracks`` that start at or after ``pivot``, and clips linked to them, by ``by`` frames.

    ``pivots`` gives some tracks a pivot of their own; ``staying`` are ids of clips that do not move.
    Raises Conflict when a linked clip lies on a track that is not in ``tracks``.
    """
    if by == 0:
        return
    taking_part = set(tracks)
    moving: dict[str, Clip] = {}
    for track in taking_part:
        begin = (pivots or {}).get(track, pivot)
        moving |= {clip.id: clip for clip in draft.clips(track) if clip.start >= begin and clip.id not in staying}
    if not draft.alone:
        _take_linked_along(draft, moving, taking_part, staying)
    for clip in moving.values():
        draft.change(clip.at(clip.start + by))


def _take_linked_along(draft: Draft, moving: dict[str, Clip], taking_part: set[str], staying: frozenset[str]) -> None:
    links = {clip.link for clip in moving.values() if clip.link is not None}
    if not links:
        return
    for track, clip in draft.all_clips():
        if clip.link not in links or clip.id in moving or clip.id in staying:
            continue
        if track not in taking_part:
            raise torn(draft, track, clip)
        moving[clip.id] = clip


def torn(draft: Draft, track: str, clip: Clip) -> Conflict:
    return Conflict(
        f"{shown(clip)} on track {draft.track(track).shown_name} is linked with clips that would move away from it; "
        "unlock or choose that track too, or edit without linked clips."
    )
