"""What a track shows when, as a sequence of clips and transitions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from artifex.timeline.clip import Clip
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track, TrackKind
from artifex.timeline.transition import Transition


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """Frames from ``start`` up to ``end`` that show one clip, or two where there is a transition."""

    track: Track
    start: int
    end: int
    clip: Clip
    into: Clip | None = None
    transition: Transition | None = None


def playing(timeline: Timeline, kind: TrackKind) -> list[Track]:
    """The tracks of a kind that are seen or heard, from bottom to top."""
    tracks = [track for track in timeline.tracks if track.kind == kind]
    soloed = [track for track in tracks if track.solo]
    return [track for track in soloed or tracks if not track.muted]


def spans(track: Track) -> list[Span]:
    """A track's spans in order of time, without overlap. Disabled clips and their transitions are left out."""
    leaving = {each.left: each for each in track.transitions}
    clips = {clip.id: clip for clip in track.clips}
    found: list[Span] = []
    begun: dict[str, int] = {}
    for clip in track.clips:
        if not clip.enabled:
            continue
        transition = leaving.get(clip.id)
        into = clips.get(transition.right) if transition else None
        if transition is None or into is None or not into.enabled:
            found += _span(track, begun.get(clip.id, clip.start), clip.end, clip)
            continue
        start, end = clip.end - transition.before, clip.end + transition.after
        found += _span(track, begun.get(clip.id, clip.start), start, clip)
        found.append(Span(track, start, end, clip, into, transition))
        begun[into.id] = end
    return found


def _span(track: Track, start: int, end: int, clip: Clip) -> list[Span]:
    return [Span(track, start, end, clip)] if start < end else []


def stacks(rows: Sequence[Sequence[Span]], start: int, end: int) -> Iterator[tuple[int, int, tuple[Span, ...]]]:
    """The range cut wherever a span begins or ends: start, end, and the spans there from bottom to top."""
    edges = {start, end}
    for row in rows:
        edges.update(edge for span in row for edge in (span.start, span.end) if start < edge < end)
    ordered = sorted(edges)
    places = [0] * len(rows)
    for here, there in pairwise(ordered):
        stack: list[Span] = []
        for index, row in enumerate(rows):
            while places[index] < len(row) and row[places[index]].end <= here:
                places[index] += 1
            if places[index] < len(row) and row[places[index]].start <= here:
                stack.append(row[places[index]])
        yield here, there, tuple(stack)
