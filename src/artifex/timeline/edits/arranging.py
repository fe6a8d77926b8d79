"""Tracks, markers, and the timeline's own settings."""

from dataclasses import replace

from artifex.errors import BadInput, Conflict, NotFound
from artifex.timeline.edits.removing import lift_clips
from artifex.timeline.fields import is_id
from artifex.timeline.looks import Look
from artifex.timeline.marker import Marker
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import LOUDEST, Track, TrackKind

MOST_TRACKS = 200


def add_track(timeline: Timeline, track: str, kind: TrackKind, *, name: str = "", index: int | None = None) -> Timeline:
    """A new, empty track with the id ``track``; ``index`` counts from the bottom, on top if None. Raises BadInput."""
    if not is_id(track) or any(each.id == track for each in timeline.tracks):
        raise Conflict(f"The id {track!r:.70} cannot be given to a new track; choose another.")
    if len(timeline.tracks) >= MOST_TRACKS:
        raise BadInput(f"There are {MOST_TRACKS} tracks already; that is the most.")
    at = len(timeline.tracks) if index is None else _checked_index(index, len(timeline.tracks))
    return replace(timeline, tracks=(*timeline.tracks[:at], Track(track, kind, name=name), *timeline.tracks[at:]))


def remove_track(timeline: Timeline, track: str) -> Timeline:
    """Remove a track with everything on it. Raises NotFound, Conflict when it is locked."""
    gone = timeline.track(track)
    if gone.locked:
        raise Conflict(f"The track {gone.shown_name} is locked; unlock it first.")
    emptied = lift_clips(timeline, [clip.id for clip in gone.clips], alone=True)
    return replace(emptied, tracks=tuple(each for each in emptied.tracks if each.id != track))


def move_track(timeline: Timeline, track: str, index: int) -> Timeline:
    """Move a track to a place counted from the bottom, 0 being the lowest. Raises BadInput."""
    moved = timeline.track(track)
    others = [each for each in timeline.tracks if each.id != track]
    at = _checked_index(index, len(others))
    return replace(timeline, tracks=(*others[:at], moved, *others[at:]))


def set_track(
    timeline: Timeline,
    track: str,
    *,
    name: str | None = None,
    muted: bool | None = None,
    locked: bool | None = None,
    solo: bool | None = None,
    volume: float | None = None,
    look: Look | None = None,
) -> Timeline:
    """Change the given settings of a track; what is left out (None) stays as it is. Raises BadInput."""
    old = timeline.track(track)
    if volume is not None and not 0 <= volume <= LOUDEST:
        raise BadInput(f"A track's volume is a factor from 0 to {LOUDEST:g}, not {volume:g}.")
    return timeline.with_track(
        replace(
            old,
            name=old.name if name is None else name,
            muted=old.muted if muted is None else muted,
            locked=old.locked if locked is None else locked,
            solo=old.solo if solo is None else solo,
            volume=old.volume if volume is None else float(volume),
            look=old.look if look is None else look,
        )
    )


def set_timeline(
    timeline: Timeline,
    *,
    width: int | None = None,
    height: int | None = None,
    sample_rate: int | None = None,
    look: Look | None = None,
) -> Timeline:
    """Change what is given. The frame rate stays: every time is counted in its frames. Raises BadInput."""
    for side in (width, height):
        if side and side % 2:
            raise BadInput(f"A film has even sides, which every player can show; {side} is odd.")
    return replace(
        timeline,
        width=width or timeline.width,
        height=height or timeline.height,
        sample_rate=sample_rate or timeline.sample_rate,
        look=timeline.look if look is None else look,
    )


def add_marker(timeline: Timeline, marker: Marker) -> Timeline:
    """Add a marker. Raises Conflict, BadInput."""
    if not is_id(marker.id) or any(each.id == marker.id for each in timeline.markers):
        raise Conflict(f"The id {marker.id!r:.70} cannot be given to a new marker; choose another.")
    return _with_markers(timeline, [*timeline.markers, marker])


def set_marker(
    timeline: Timeline,
    marker: str,
    *,
    frame: int | None = None,
    duration: int | None = None,
    name: str | None = None,
    colour: str | None = None,
    note: str | None = None,
) -> Timeline:
    """Change the given properties of a marker; what is left out (None) stays as it is. Raises BadInput."""
    old = _marker(timeline, marker)
    changed = replace(
        old,
        frame=old.frame if frame is None else frame,
        duration=old.duration if duration is None else duration,
        name=old.name if name is None else name,
        colour=colour or old.colour,
        note=old.note if note is None else note,
    )
    return _with_markers(timeline, [changed if each.id == marker else each for each in timeline.markers])


def remove_marker(timeline: Timeline, marker: str) -> Timeline:
    """Remove a marker. Raises NotFound."""
    gone = _marker(timeline, marker)
    return _with_markers(timeline, [each for each in timeline.markers if each is not gone])


def _with_markers(timeline: Timeline, markers: list[Marker]) -> Timeline:
    if any(each.frame < 0 or each.duration < 0 for each in markers):
        raise BadInput("A marker cannot stand before the timeline begins, nor end before it starts.")
    return replace(timeline, markers=tuple(sorted(markers, key=lambda each: (each.frame, each.id))))


def _marker(timeline: Timeline, marker: str) -> Marker:
    for each in timeline.markers:
        if each.id == marker:
            return each
    raise NotFound(f"There is no marker {marker!r:.70}.")


def _checked_index(index: int, most: int) -> int:
    if not 0 <= index <= most:
        raise BadInput(f"Track number {index} does not exist; numbers go from 0 to {most}.")
    return index
