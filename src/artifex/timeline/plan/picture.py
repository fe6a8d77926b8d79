"""The layers of a segment's picture."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from artifex.timeline.clip import Clip
from artifex.timeline.curves import Curve
from artifex.timeline.looks import NO_LOOK
from artifex.timeline.mapping import position, step
from artifex.timeline.parameters import parameter
from artifex.timeline.plan.layers import Layer, TransitionLayer, VideoLayer
from artifex.timeline.plan.spans import Span
from artifex.timeline.sources import ColourSource, MediaSource, ShotSource, TitleSource
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track

Resolve = Callable[[str], MediaSource | None]
"""From a shot's id to its accepted take; None where it has none."""
FontOf = Callable[[str], str]
"""From a title's text to the sha256 of the font that it is drawn with; empty where none has all its letters."""

_PLACE = frozenset({"opacity", "x", "y", "scale", "rotation"})
_PICTURE = _PLACE | {"look_strength"}


class Pictures:
    """Makes layers for a timeline; ``missing`` collects the shots without a take."""

    def __init__(self, timeline: Timeline, resolve: Resolve, font_of: FontOf) -> None:
        self._timeline = timeline
        self._rate = timeline.rate
        self._resolve = resolve
        self._font_of = font_of
        self.missing: dict[str, None] = {}

    def layer(self, span: Span, start: int, end: int) -> Layer:
        """The layer for the timeline's frames from ``start`` up to ``end``, which lie in the span."""
        transition = span.transition
        left = self._video(span.track, span.clip, start, end)
        if transition is None or span.into is None:
            return left
        pace = Fraction(1, transition.duration)
        return TransitionLayer(
            transition.kind,
            left,
            self._video(span.track, span.into, start, end),
            (start - span.start) * pace + pace / 2,
            pace,
            transition.direction,
            transition.softness,
            transition.colour,
        )

    def covers(self, layer: Layer) -> bool:
        """Whether the layer hides everything below it."""
        if isinstance(layer, TransitionLayer):
            return self.covers(layer.left) and self.covers(layer.right)
        whole = layer.kind == "colour" or (layer.kind == "video" and not layer.has_alpha and self._fills(layer))
        return whole and layer.blend == "normal" and not any(curve.parameter in _PLACE for curve in layer.curves)

    def is_plain(self, layers: tuple[Layer, ...]) -> bool:
        if len(layers) != 1 or not isinstance(layers[0], VideoLayer) or self._timeline.look.does_something:
            return False
        layer = layers[0]
        size = self._timeline.width, self._timeline.height
        untouched = not layer.curves and layer.look == layer.track_look == NO_LOOK and layer.blend == "normal"
        in_step = layer.step == 1 and layer.start.denominator == 1
        return layer.kind == "video" and untouched and in_step and (layer.width, layer.height) == size

    def _fills(self, layer: VideoLayer) -> bool:
        same_shape = layer.width * self._timeline.height == layer.height * self._timeline.width
        return layer.fit != "fit" or same_shape

    def _video(self, track: Track, clip: Clip, start: int, end: int) -> VideoLayer:
        look = clip.look.effective
        return self._shown(
            clip,
            VideoLayer(
                "missing",
                track.id,
                clip.id,
                start=position(clip, start - clip.start, self._rate),
                step=step(clip, self._rate),
                fit=clip.fit,
                blend=clip.blend,
                curves=curves_within(clip, start, end, _PICTURE if look.nodes else _PLACE),
                look=look,
                track_look=track.look.effective,
            ),
        )

    def _shown(self, clip: Clip, layer: VideoLayer) -> VideoLayer:
        source = clip.source
        if isinstance(source, ColourSource):
            return replace(layer, kind="colour", colour=source.colour, start=Fraction(0))
        if isinstance(source, TitleSource):
            font = self._font_of(source.text)
            return replace(layer, kind="title", title=source, font=font, start=Fraction(0), fit="fit")
        shot = source.shot if isinstance(source, ShotSource) else ""
        media = self._resolve(shot) if isinstance(source, ShotSource) else source
        if not isinstance(media, MediaSource):
            self.missing[shot] = None
            return replace(layer, shot=shot)
        return replace(
            layer,
            kind="image" if media.kind == "image" else "video",
            asset=media.asset,
            sha256=media.sha256,
            shot=shot,
            width=media.width,
            height=media.height,
            frame_count=media.frame_count,
            has_alpha=media.has_alpha,
            start=Fraction(0) if media.kind == "image" else layer.start,
        )


def curves_within(clip: Clip, start: int, end: int, wanted: frozenset[str]) -> tuple[Curve, ...]:
    """The curves of the wanted parameters that are not at their default, counted from the frame ``start``."""
    found = [curve.within(start - clip.start, end - clip.start) for curve in clip.curves if curve.parameter in wanted]
    return tuple(curve for curve in found if not _is_usual(curve))


def _is_usual(curve: Curve) -> bool:
    return curve.is_constant and curve.keyframes[0].value == parameter(curve.parameter).default
