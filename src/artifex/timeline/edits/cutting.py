"""Cutting clips in two, on a draft."""

from collections.abc import Iterable
from dataclasses import replace

from artifex.timeline.clip import Clip
from artifex.timeline.edits.draft import Draft, NewId
from artifex.timeline.mapping import position


def cut_tracks(draft: Draft, tracks: Iterable[str], frame: int, new_id: NewId) -> None:
    """Cut every clip of these tracks that plays across ``frame``; linked clips stay linked on each side of the cut."""
    crossing = [clip for track in tracks for clip in draft.clips(track) if clip.start < frame < clip.end]
    for clip in crossing:
        _cut(draft, clip, frame, new_id)
    divide_links(draft, {clip.link for clip in crossing if clip.link is not None}, frame, new_id)


def clear(draft: Draft, track: str, start: int, end: int, new_id: NewId) -> None:
    """Remove everything on the track from ``start`` up to ``end``."""
    clear_tracks(draft, (track,), start, end, new_id)


def clear_tracks(draft: Draft, tracks: Iterable[str], start: int, end: int, new_id: NewId) -> None:
    tracks = tuple(tracks)
    cut_tracks(draft, tracks, start, new_id)
    cut_tracks(draft, tracks, end, new_id)
    for track in tracks:
        for clip in draft.clips(track):
            if start <= clip.start < end:
                draft.remove(clip.id)


def divide_links(draft: Draft, links: Iterable[str], frame: int, new_id: NewId) -> None:
    """Give the linked clips after ``frame`` a link of their own, unless an uncut clip still plays across ``frame``."""
    wanted = set(links)
    if not wanted:
        return
    members: dict[str, list[Clip]] = {link: [] for link in wanted}
    for _, clip in draft.all_clips():
        if clip.link in wanted:
            members[clip.link].append(clip)
    for clips in members.values():
        after = [clip for clip in clips if clip.start >= frame]
        if len(after) == len(clips) or any(clip.start < frame < clip.end for clip in clips):
            continue
        link = new_id() if len(after) > 1 else None
        for clip in after:
            draft.change(replace(clip, link=link))


def _cut(draft: Draft, clip: Clip, frame: int, new_id: NewId) -> None:
    """The first half keeps the id. Both keep all keyframes, so that values between them stay exactly as they were."""
    offset = frame - clip.start
    rest = replace(
        clip,
        id=new_id(),
        start=frame,
        duration=clip.duration - offset,
        source_start=position(clip, offset, draft.rate),
    ).with_curves_moved(-offset)
    draft.put(draft.track_of(clip.id), rest)
    draft.continue_transition(clip, rest)
    draft.change(replace(clip, duration=offset))
