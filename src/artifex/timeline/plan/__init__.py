"""From a timeline to a render plan: which frames of which files make each frame, in segments that can be cached.

A segment ends where the visible layers change, and otherwise at multiples of a few seconds, counted in the source of
its lowest layer. So a cut, a trim or a ripple elsewhere leaves a segment and the hash of its content unchanged, and
what was rendered before is reused.

    layers    the parts of a plan               spans      what a track shows when
    picture   the layers of a picture           sound      the layers of the sound
"""

import hashlib
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import floor
from typing import Any

from artifex.errors import BadInput, TooLarge
from artifex.timeline.fields import canonical
from artifex.timeline.mapping import step
from artifex.timeline.plan.layers import (
    AudioLayer,
    Fade,
    Layer,
    RenderPlan,
    Segment,
    TransitionLayer,
    VideoLayer,
    files_of,
    tables_of,
    titles_of,
)
from artifex.timeline.plan.picture import FontOf, Pictures, Resolve
from artifex.timeline.plan.sound import Sounds
from artifex.timeline.plan.spans import Span, playing, spans, stacks
from artifex.timeline.project import Project
from artifex.timeline.timeline import Timeline

PLAN_FORMAT = 1
"""Part of every hash; to be increased when the same plan comes to be rendered to other pixels or sound."""
LONGEST = Fraction(4)
MOST_SEGMENTS = 100_000

Run = tuple[int, int, tuple[Span, ...]]


def _no_font(_text: str) -> str:
    return ""


def plan(
    project: Project,
    start: int = 0,
    end: int | None = None,
    longest: Fraction = LONGEST,
    font_of: FontOf = _no_font,
) -> RenderPlan:
    """Plan the timeline's frames from ``start`` up to ``end`` (its own end if None), in segments of at most ``longest``
    seconds; ``font_of`` says which fonts titles are drawn with. Raises BadInput for an empty range, TooLarge."""
    return plan_timeline(project.timeline, project.accepted_media, start, end, longest, font_of)


def plan_timeline(
    timeline: Timeline,
    resolve: Resolve,
    start: int = 0,
    end: int | None = None,
    longest: Fraction = LONGEST,
    font_of: FontOf = _no_font,
) -> RenderPlan:
    """As :func:`plan`, where ``resolve`` gives the accepted take of a shot."""
    end = timeline.duration if end is None else end
    if not 0 <= start < end:
        raise BadInput("There is nothing to render: the range holds no frames.")
    pictures, sounds = Pictures(timeline, resolve, font_of), Sounds(timeline, resolve)
    rows = [spans(track) for track in playing(timeline, "video")]
    heard = [spans(track) for track in playing(timeline, "audio")]
    most = max(1, floor(longest * timeline.rate))
    if (end - start) // most > MOST_SEGMENTS:
        raise TooLarge(f"More than {MOST_SEGMENTS:,} segments are too many for one plan; render a shorter range.")
    listening = _Listening(heard)
    segments = [
        _segment(timeline, pictures, sounds, stack, listening.between(here, there), here, there)
        for first, last, stack in _runs(pictures, rows, start, end)
        for here, there in _pieces(timeline, stack, first, last, most)
    ]
    return RenderPlan(
        timeline.rate,
        timeline.width,
        timeline.height,
        timeline.sample_rate,
        start,
        end,
        tuple(segments),
        tuple(pictures.missing),
    )


class _Listening:
    """Finds the spans that are heard in a range; ranges have to be asked for in order of time."""

    def __init__(self, rows: Sequence[Sequence[Span]]) -> None:
        self._rows = rows
        self._places = [0] * len(rows)

    def between(self, start: int, end: int) -> list[Span]:
        found: list[Span] = []
        for index, row in enumerate(self._rows):
            place = self._places[index]
            while place < len(row) and row[place].end <= start:
                place += 1
            self._places[index] = place
            while place < len(row) and row[place].start < end:
                found.append(row[place])
                place += 1
        return found


def _runs(pictures: Pictures, rows: Sequence[Sequence[Span]], start: int, end: int) -> Iterator[Run]:
    """Maximal runs of frames whose visible spans are the same; what is wholly covered is left out."""
    current: Run | None = None
    for here, there, stack in stacks(rows, start, end):
        visible = _visible(pictures, stack, here, there)
        if current is not None and current[2] == visible:
            current = current[0], there, visible
        else:
            if current is not None:
                yield current
            current = here, there, visible
    if current is not None:
        yield current


def _visible(pictures: Pictures, stack: tuple[Span, ...], start: int, end: int) -> tuple[Span, ...]:
    for index in range(len(stack) - 1, 0, -1):
        if pictures.covers(pictures.layer(stack[index], start, end)):
            return stack[index:]
    return stack


def _pieces(timeline: Timeline, stack: tuple[Span, ...], start: int, end: int, most: int) -> Iterator[tuple[int, int]]:
    """The parts of a run: if longer than ``most`` frames, cut at multiples of ``most`` in its lowest layer's source."""
    if end - start <= most:
        yield start, end
        return
    offset = _phase(timeline, stack[0]) if stack else Fraction(-start)
    here = start
    while here < end:
        passed = floor((here + offset) / most)
        there = min(end, -floor(-((passed + 1) * most - offset)))
        yield here, there
        here = there


def _phase(timeline: Timeline, span: Span) -> Fraction:
    """The offset from a timeline frame to its position from the source's start, both in timeline frames."""
    clip = span.into or span.clip
    pace = step(clip, timeline.rate)
    return (clip.source_start / pace if pace else Fraction(0)) - clip.start


def _segment(
    timeline: Timeline,
    pictures: Pictures,
    sounds: Sounds,
    stack: tuple[Span, ...],
    heard: list[Span],
    start: int,
    end: int,
) -> Segment:
    layers = tuple(layer for span in stack if not _is_unseen(layer := pictures.layer(span, start, end)))
    audio = tuple(layer for span in heard for layer in sounds.layers(span, start, end))
    look = timeline.look.effective
    first = sounds.sample(start)
    count = sounds.sample(end) - first
    seen: dict[str, Any] = {
        "plan": PLAN_FORMAT,
        "size": [timeline.width, timeline.height],
        "rate": str(timeline.rate),
        "duration": end - start,
        "layers": [layer.content() for layer in layers],
        "look": look.to_data(),
    }
    played: dict[str, Any] = {
        "plan": PLAN_FORMAT,
        "sample_rate": timeline.sample_rate,
        "rate": str(timeline.rate),
        "count": count,
        "sounds": [layer.content() for layer in audio],
    }
    return Segment(
        start,
        end - start,
        first,
        count,
        layers,
        audio,
        look,
        _sha256(seen),
        _sha256(played),
        pictures.is_plain(layers),
    )


def _is_unseen(layer: Layer) -> bool:
    """Whether opacity is 0 throughout."""
    return isinstance(layer, VideoLayer) and any(
        curve.parameter == "opacity" and curve.is_constant and curve.keyframes[0].value == 0 for curve in layer.curves
    )


def _sha256(data: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(data).encode()).hexdigest()


__all__ = [
    "AudioLayer",
    "Fade",
    "FontOf",
    "Layer",
    "RenderPlan",
    "Segment",
    "TransitionLayer",
    "VideoLayer",
    "files_of",
    "plan",
    "plan_timeline",
    "tables_of",
    "titles_of",
]
