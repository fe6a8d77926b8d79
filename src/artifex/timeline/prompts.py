"""Prompts over time: what the prompt tracks say while a clip plays."""

from dataclasses import dataclass
from math import floor
from typing import Any

from artifex.timeline.clip import Clip
from artifex.timeline.mapping import position, source_frame, step
from artifex.timeline.sources import PromptSource
from artifex.timeline.timeline import Timeline


@dataclass(frozen=True, slots=True)
class PromptPoint:
    """The prompt ``text`` from ``frame`` of the clip's source on; None is the shot's own prompt.

    ``crossfade``: source frames, from ``frame`` on, over which it fades in.
    """

    frame: int
    text: str | None
    crossfade: int = 0

    def to_data(self) -> dict[str, Any]:
        return {"frame": self.frame, "text": self.text, "crossfade": self.crossfade}


def prompts_over(timeline: Timeline, clip: Clip) -> tuple[PromptPoint, ...]:
    """The prompts over a clip in order of frame, the first at 0; empty where none lies over it.

    Where prompts overlap, that of the upper track counts. Trimming the clip's tail changes no earlier prompt. A clip
    that does not play forwards has none.
    """
    if step(clip, timeline.rate) <= 0:
        return ()
    tracks = [track for track in timeline.tracks if track.kind == "prompt" and not track.muted]
    spans = [span for track in tracks for span in track.clips if span.enabled]
    texts = _laid_over([span for span in spans if span.start < clip.end and span.end > clip.start], clip)
    if all(prompt is None for _, prompt in texts):
        return ()
    return tuple(_point(timeline, clip, frame, prompt) for frame, prompt in texts)


def shot_prompts(timeline: Timeline, shot: str) -> tuple[PromptPoint, ...]:
    """The prompts that a shot is made with: those over the first clip that shows it, by track and start."""
    for track in timeline.tracks:
        if track.kind == "video":
            for clip in track.clips:
                if clip.shot == shot:
                    return prompts_over(timeline, clip)
    return ()


def _laid_over(spans: list[Clip], clip: Clip) -> list[tuple[int, Clip | None]]:
    """The timeline frames from which another prompt counts, with it; ``spans`` from the lowest track to the highest."""
    edges = sorted({clip.start, *(edge for span in spans for edge in (span.start, span.end))})
    changes: list[tuple[int, Clip | None]] = []
    for edge in edges:
        if not clip.start <= edge < clip.end:
            continue
        top = next((span for span in reversed(spans) if span.start <= edge < span.end), None)
        if not changes or changes[-1][1] is not top:
            changes.append((edge, top))
    return changes


def _point(timeline: Timeline, clip: Clip, frame: int, prompt: Clip | None) -> PromptPoint:
    at = 0 if frame == clip.start else source_frame(clip, frame - clip.start, timeline.rate)
    if prompt is None or not isinstance(prompt.source, PromptSource):
        return PromptPoint(at, None)
    faded = min(prompt.source.crossfade, prompt.duration) if frame == prompt.start and frame > clip.start else 0
    until = position(clip, frame - clip.start + faded, timeline.rate)
    return PromptPoint(at, prompt.source.text, max(0, floor(until) - at) if faded else 0)
