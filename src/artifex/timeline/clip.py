"""A clip: a piece of a source at a place on a track."""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal, get_args

from artifex.errors import BadInput
from artifex.timeline.curves import Curve, parse_curve
from artifex.timeline.fields import Fields
from artifex.timeline.looks import NO_LOOK, Look, parse_look
from artifex.timeline.sources import ShotSource, Source, parse_source

Fit = Literal["fit", "fill", "stretch"]
"""How a picture of another aspect ratio fills the frame: letterboxed, cropped, or distorted."""
Blend = Literal["normal", "add", "multiply", "screen"]

ONE = Fraction(1)
ZERO = Fraction(0)
MOST_FRAMES = 100_000_000
"""Last frame of a timeline; 48 days at 24 frames a second."""
FASTEST = 1000
FINEST = 10**40
"""Largest denominator of a source start that every format of the project can hold."""
_FINEST_SPEED = 1_000_000


@dataclass(frozen=True, slots=True)
class Clip:
    """``start`` and ``duration`` in frames of the timeline, ``source_start`` in frames of the source at its own rate.

    The clip's frame ``i``, from 0 to ``duration - 1``, shows the source's frame ``floor(source_start + i * step)`` with
    ``step = speed * source rate / timeline rate``, in exact fractions (``mapping.py``). So ``source_start`` is the
    position of the first frame shown, also when the clip plays backwards (``speed`` < 0); speed 0 is a freeze frame.
    """

    id: str
    start: int
    duration: int
    source: Source
    source_start: Fraction = ZERO
    speed: Fraction = ONE
    name: str = ""
    enabled: bool = True
    link: str | None = None
    """Clips with the same link are edited together, such as a picture and its sound."""
    curves: tuple[Curve, ...] = ()
    """At most one for each parameter, sorted by parameter name."""
    look: Look = NO_LOOK
    fit: Fit = "fit"
    blend: Blend = "normal"

    @property
    def end(self) -> int:
        """The frame after the last."""
        return self.start + self.duration

    @property
    def shot(self) -> str | None:
        """The shot whose accepted take it shows."""
        return self.source.shot if isinstance(self.source, ShotSource) else None

    def at(self, start: int) -> "Clip":
        """The same clip at another start. Written out, since ripples move thousands and ``replace`` is half as fast."""
        return Clip(
            self.id,
            start,
            self.duration,
            self.source,
            self.source_start,
            self.speed,
            self.name,
            self.enabled,
            self.link,
            self.curves,
            self.look,
            self.fit,
            self.blend,
        )

    def with_curves_moved(self, by: int) -> "Clip":
        return replace(self, curves=tuple(curve.moved(by) for curve in self.curves)) if self.curves and by else self

    def to_data(self) -> dict[str, Any]:
        """Plain JSON; defaults are left out."""
        data: dict[str, Any] = {
            "id": self.id,
            "start": self.start,
            "duration": self.duration,
            "source": self.source.to_data(),
        }
        extras: dict[str, tuple[object, object]] = {
            "source_start": (self.source_start != 0, str(self.source_start)),
            "speed": (self.speed != 1, str(self.speed)),
            "name": (self.name, self.name),
            "enabled": (not self.enabled, self.enabled),
            "link": (self.link, self.link),
            "curves": (self.curves, [curve.to_data() for curve in self.curves]),
            "look": (self.look.nodes, self.look.to_data()),
            "fit": (self.fit != "fit", self.fit),
            "blend": (self.blend != "normal", self.blend),
        }
        return data | {name: value for name, (wanted, value) in extras.items() if wanted}


def parse_clip(data: object, where: str) -> Clip:
    """Raises BadInput."""
    fields = Fields(data, where)
    clip = Clip(
        id=fields.id("id"),
        start=fields.whole("start", least=0, most=MOST_FRAMES),
        duration=fields.whole("duration", least=1, most=MOST_FRAMES),
        source=parse_source(fields.raw("source"), fields.at("source")),
        source_start=fields.fraction("source_start", ZERO),
        speed=fields.fraction("speed", ONE),
        name=fields.text("name", ""),
        enabled=fields.flag("enabled", True),
        link=fields.id_or_none("link"),
        curves=fields.each("curves", parse_curve),
        look=parse_look(fields.raw("look", []), fields.at("look")),
        fit=fields.one_of("fit", get_args(Fit), "fit"),
        blend=fields.one_of("blend", get_args(Blend), "normal"),
    )
    fields.finish()
    check_speed(clip.speed)
    names = [curve.parameter for curve in clip.curves]
    if names != sorted(set(names)):
        raise BadInput(f"{where}.curves has a parameter twice, or not in order of their names.")
    return clip


def check_speed(speed: Fraction) -> None:
    """Raises BadInput."""
    if abs(speed) > FASTEST or speed.denominator > _FINEST_SPEED:
        raise BadInput(f"A speed is a fraction from -{FASTEST} to {FASTEST}, like 1/2; {speed} is not.")
