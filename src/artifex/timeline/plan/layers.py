"""The parts of a render plan. Times inside a segment count from its start."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from artifex.grades import Lut
from artifex.timeline.clip import Blend, Fit
from artifex.timeline.curves import Curve, value_at
from artifex.timeline.looks import NO_LOOK, Look
from artifex.timeline.sources import TitleSource
from artifex.timeline.transition import Direction, TransitionKind

LayerKind = Literal["video", "image", "colour", "title", "missing"]
"""``missing``: a shot without an accepted take."""


@dataclass(frozen=True, slots=True)
class VideoLayer:
    """One source over the whole of a segment.

    Its frame ``i`` is the source's frame ``floor(start + i * step)``. ``curves`` hold the parameters that are not at
    their default, with keyframes counted from the segment's start. ``look`` (mixed by ``look_strength``) is applied
    first, then size and place, opacity and blend; ``track_look`` is the look of the layer's track.
    """

    kind: LayerKind
    track: str
    clip: str
    asset: str = ""
    sha256: str = ""
    colour: str = ""
    title: TitleSource | None = None
    font: str = ""
    """The sha256 of the font that the title is drawn with here; empty where no font has its letters."""
    shot: str = ""
    width: int = 0
    height: int = 0
    frame_count: int = 0
    start: Fraction = Fraction(0)
    step: Fraction = Fraction(0)
    has_alpha: bool = False
    fit: Fit = "fit"
    blend: Blend = "normal"
    curves: tuple[Curve, ...] = ()
    look: Look = NO_LOOK
    track_look: Look = NO_LOOK

    def value(self, parameter: str, i: float) -> float:
        """The value of a parameter at the segment's frame ``i``."""
        return value_at(self.curves, parameter, i)

    def to_data(self) -> dict[str, Any]:
        return self.content() | {"track": self.track, "clip": self.clip, "asset": self.asset, "shot": self.shot}

    def content(self) -> dict[str, Any]:
        """Only what determines the pixels, for the segment's hash."""
        data: dict[str, Any] = {
            "kind": self.kind,
            "sha256": self.sha256,
            "colour": self.colour,
            "width": self.width,
            "height": self.height,
            "frame_count": self.frame_count,
            "start": str(self.start),
            "step": str(self.step),
            "has_alpha": self.has_alpha,
            "fit": self.fit,
            "blend": self.blend,
            "curves": [curve.to_data() for curve in self.curves],
            "look": self.look.to_data(),
            "track_look": self.track_look.to_data(),
        }
        return data if self.title is None else data | {"title": self.title.to_data(), "font": self.font}


@dataclass(frozen=True, slots=True)
class TransitionLayer:
    """A transition from ``left`` to ``right``, whose progress at frame ``i`` is ``progress + i * pace``, 0 to 1."""

    kind: TransitionKind
    left: VideoLayer
    right: VideoLayer
    progress: Fraction
    pace: Fraction
    direction: Direction
    softness: float
    colour: str

    def progress_at(self, i: int) -> float:
        return float(self.progress + i * self.pace)

    def to_data(self) -> dict[str, Any]:
        return self.content() | {"left": self.left.to_data(), "right": self.right.to_data()}

    def content(self) -> dict[str, Any]:
        return {
            "transition": self.kind,
            "left": self.left.content(),
            "right": self.right.content(),
            "progress": str(self.progress),
            "pace": str(self.pace),
            "direction": self.direction,
            "softness": self.softness,
            "colour": self.colour,
        }


Layer = VideoLayer | TransitionLayer


@dataclass(frozen=True, slots=True)
class Fade:
    """Progress of a crossfade at the layer's sample ``k`` is ``progress + k * pace``, 0 to 1.

    Equal power: the incoming sound has the gain ``sin(progress * pi / 2)``, the outgoing one ``cos``.
    """

    direction: Literal["in", "out"]
    progress: Fraction
    pace: Fraction


@dataclass(frozen=True, slots=True)
class AudioLayer:
    """A sound over ``count`` of a segment's samples from ``first`` on, at the plan's sample rate.

    Sample ``k`` of the layer is position ``start + k * step`` of the source resampled to that rate; outside the source
    there is silence. ``gain`` times the ``volume`` curve is the factor of amplitude. Keyframes are frames (not samples)
    counted from the segment's start.
    """

    track: str
    clip: str
    asset: str
    sha256: str
    first: int
    count: int
    start: Fraction
    step: Fraction
    gain: float
    curves: tuple[Curve, ...] = ()
    fade: Fade | None = None

    def value(self, parameter: str, frame: float) -> float:
        """The value of ``volume`` or ``pan`` at a frame counted from the segment's start; may be fractional."""
        return value_at(self.curves, parameter, frame)

    def to_data(self) -> dict[str, Any]:
        return self.content() | {"track": self.track, "clip": self.clip, "asset": self.asset}

    def content(self) -> dict[str, Any]:
        fade = self.fade
        faded = fade and {"direction": fade.direction, "progress": str(fade.progress), "pace": str(fade.pace)}
        return {
            "sha256": self.sha256,
            "first": self.first,
            "count": self.count,
            "start": str(self.start),
            "step": str(self.step),
            "gain": self.gain,
            "curves": [curve.to_data() for curve in self.curves],
            "fade": faded,
        }


@dataclass(frozen=True, slots=True)
class Segment:
    """Frames that show the same layers, ``layers`` from bottom to top over black; ``look`` is of the finished picture.

    Two segments with the same ``video_sha256`` have the same pixels, and with the same ``audio_sha256`` the same sound,
    in any film. ``is_plain``: the picture is consecutive frames of one source, unchanged. ``first_sample`` counts from
    the timeline's start.
    """

    start: int
    duration: int
    first_sample: int
    sample_count: int
    layers: tuple[Layer, ...]
    sounds: tuple[AudioLayer, ...]
    look: Look
    video_sha256: str
    audio_sha256: str
    is_plain: bool

    @property
    def end(self) -> int:
        return self.start + self.duration

    def to_data(self) -> dict[str, Any]:
        return {
            "start": self.start,
            "duration": self.duration,
            "first_sample": self.first_sample,
            "sample_count": self.sample_count,
            "layers": [layer.to_data() for layer in self.layers],
            "sounds": [sound.to_data() for sound in self.sounds],
            "look": self.look.to_data(),
            "video_sha256": self.video_sha256,
            "audio_sha256": self.audio_sha256,
            "is_plain": self.is_plain,
        }


@dataclass(frozen=True, slots=True)
class RenderPlan:
    """Segments without a gap from ``start`` up to ``end``. ``missing``: shots shown that have no accepted take."""

    rate: Fraction
    width: int
    height: int
    sample_rate: int
    start: int
    end: int
    segments: tuple[Segment, ...]
    missing: tuple[str, ...]

    def to_data(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "rate": str(self.rate),
            "width": self.width,
            "height": self.height,
            "sample_rate": self.sample_rate,
            "start": self.start,
            "end": self.end,
            "segments": [segment.to_data() for segment in self.segments],
            "missing": list(self.missing),
        }


def files_of(plan: RenderPlan) -> Iterator[VideoLayer | AudioLayer]:
    """Every layer that shows or plays a file, in order of time."""
    for segment in plan.segments:
        for layer in segment.layers:
            sides = (layer.left, layer.right) if isinstance(layer, TransitionLayer) else (layer,)
            yield from (side for side in sides if side.kind in ("video", "image"))
        yield from segment.sounds


def titles_of(plan: RenderPlan) -> tuple[TitleSource, ...]:
    """Every title that is shown, in order of first use."""
    found: dict[TitleSource, None] = {}
    for segment in plan.segments:
        for layer in segment.layers:
            sides = (layer.left, layer.right) if isinstance(layer, TransitionLayer) else (layer,)
            found |= {side.title: None for side in sides if side.title is not None}
    return tuple(found)


def tables_of(plan: RenderPlan) -> tuple[str, ...]:
    """The sha256 of every lookup table (.cube) that its looks use, in order of first use."""
    found: dict[str, None] = {}
    for segment in plan.segments:
        for look in (segment.look, *(look for layer in segment.layers for look in _looks(layer))):
            found |= {node.grade.sha256: None for node in look.effective.nodes if isinstance(node.grade, Lut)}
    return tuple(found)


def _looks(layer: Layer) -> tuple[Look, ...]:
    if isinstance(layer, TransitionLayer):
        return *_looks(layer.left), *_looks(layer.right)
    return layer.look, layer.track_look
