"""The audio layers of a segment."""

from collections.abc import Iterator
from fractions import Fraction
from math import floor

from artifex.timeline.clip import Clip
from artifex.timeline.curves import Curve
from artifex.timeline.mapping import step
from artifex.timeline.plan.layers import AudioLayer, Fade
from artifex.timeline.plan.picture import Resolve, curves_within
from artifex.timeline.plan.spans import Span
from artifex.timeline.sources import MediaSource, ShotSource
from artifex.timeline.timeline import Timeline

_SOUND = frozenset({"volume", "pan"})


class Sounds:
    """Makes audio layers for a timeline."""

    def __init__(self, timeline: Timeline, resolve: Resolve) -> None:
        self._rate = timeline.rate
        self._sample_rate = timeline.sample_rate
        self._resolve = resolve

    def sample(self, frame: int) -> int:
        """The first sample of a frame of the timeline."""
        return floor(frame * self._sample_rate / self._rate)

    def layers(self, span: Span, start: int, end: int) -> Iterator[AudioLayer]:
        """The audio layers of a span in a segment from frame ``start`` up to ``end``."""
        first, last = max(span.start, start), min(span.end, end)
        if first >= last:
            return
        if span.into is None:
            yield from self._layer(span, span.clip, first, last, start, end, None)
            return
        pace = Fraction(1, self.sample(span.end) - self.sample(span.start))
        progress = (self.sample(first) - self.sample(span.start)) * pace + pace / 2
        yield from self._layer(span, span.clip, first, last, start, end, Fade("out", progress, pace))
        yield from self._layer(span, span.into, first, last, start, end, Fade("in", progress, pace))

    def _layer(
        self, span: Span, clip: Clip, first: int, last: int, start: int, end: int, fade: Fade | None
    ) -> Iterator[AudioLayer]:
        source = clip.source
        media = self._resolve(source.shot) if isinstance(source, ShotSource) else source
        if not isinstance(media, MediaSource) or not media.has_sound or clip.speed == 0:
            return
        curves = curves_within(clip, start, end, _SOUND)
        if span.track.volume == 0 or any(_silences(curve) for curve in curves):
            return
        at, until = self.sample(first), self.sample(last)
        yield AudioLayer(
            span.track.id,
            clip.id,
            media.asset,
            media.sha256,
            at - self.sample(start),
            until - at,
            self._position(clip, media, at),
            clip.speed,
            span.track.volume,
            curves,
            fade,
        )

    def _position(self, clip: Clip, media: MediaSource, sample: int) -> Fraction:
        """The source position of a timeline's sample, in samples at the timeline's rate.

        Backwards, the clip's first sample is the last sample of the source frame shown first.
        """
        passed = sample - self.sample(clip.start)
        if clip.speed > 0:
            return clip.source_start / media.rate * self._sample_rate + passed * clip.speed
        end = (clip.source_start - step(clip, self._rate)) / media.rate * self._sample_rate
        return end + (passed + 1) * clip.speed


def _silences(curve: Curve) -> bool:
    return curve.parameter == "volume" and all(key.value == 0 for key in curve.keyframes)
