"""Snapping: the frames that a dragged edge is drawn to."""

from bisect import bisect_left
from collections.abc import Collection, Sequence

from artifex.timeline.timeline import Timeline


def snap_points(timeline: Timeline, without: Collection[str] = (), playhead: int | None = None) -> tuple[int, ...]:
    """Starts and ends of clips and markers, 0 and the playhead, in order. ``without``: ids of clips being moved."""
    points = {0} if playhead is None else {0, playhead}
    for clip in timeline.clips():
        if clip.id not in without:
            points |= {clip.start, clip.end}
    for marker in timeline.markers:
        points |= {marker.frame, marker.frame + marker.duration}
    return tuple(sorted(points))


def snapped(frame: int, points: Sequence[int], within: int) -> int:
    """The nearest point at most ``within`` frames away, the earlier of two; else the frame itself."""
    at = bisect_left(points, frame)
    near = [point for point in points[max(at - 1, 0) : at + 1] if abs(point - frame) <= within]
    return min(near, key=lambda point: abs(point - frame), default=frame)
