"""Values that change over time: keyframes, and interpolation between them."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal, get_args

from artifex.errors import BadInput
from artifex.timeline.fields import Fields
from artifex.timeline.parameters import check_value, parameter

Interpolation = Literal["hold", "linear", "smooth"]
MOST_KEYFRAMES = 100_000


@dataclass(frozen=True, slots=True)
class Keyframe:
    """``frame`` counts from the clip's start and may lie outside the clip: trimming loses no keyframe.

    ``interpolation`` says how the value moves to the next keyframe: held until there, linearly, or easing in and out
    (3t² - 2t³).
    """

    frame: int
    value: float
    interpolation: Interpolation = "linear"


@dataclass(frozen=True, slots=True)
class Curve:
    """One parameter's keyframes, at least one, in order of frame. Constant before the first and after the last."""

    parameter: str
    keyframes: tuple[Keyframe, ...]

    def at(self, frame: float) -> float:
        """The value at a frame, which is counted like those of the keyframes and may be fractional."""
        index = bisect_right(self.keyframes, frame, key=_frame) - 1
        if index < 0:
            return self.keyframes[0].value
        here = self.keyframes[index]
        if index + 1 == len(self.keyframes) or here.interpolation == "hold":
            return here.value
        there = self.keyframes[index + 1]
        part = (frame - here.frame) / (there.frame - here.frame)
        if here.interpolation == "smooth":
            part = part * part * (3 - 2 * part)
        return here.value + (there.value - here.value) * part

    def moved(self, by: int) -> "Curve":
        return replace(self, keyframes=tuple(replace(key, frame=key.frame + by) for key in self.keyframes))

    def within(self, start: int, end: int) -> "Curve":
        """The curve over the frames from ``start`` up to ``end``, counted from ``start``, without needless keys."""
        first = max(bisect_right(self.keyframes, start, key=_frame) - 1, 0)
        last = next((i for i, key in enumerate(self.keyframes) if key.frame >= end), len(self.keyframes) - 1)
        needed = self.keyframes[first : max(last, first) + 1]
        if all(key.value == needed[0].value for key in needed):
            return Curve(self.parameter, (Keyframe(0, needed[0].value),))
        return Curve(self.parameter, needed).moved(-start)

    @property
    def is_constant(self) -> bool:
        return all(key.value == self.keyframes[0].value for key in self.keyframes)

    def to_data(self) -> dict[str, Any]:
        return {"parameter": self.parameter, "keyframes": [_keyframe_data(key) for key in self.keyframes]}


def constant(name: str, value: float) -> Curve:
    return Curve(name, (Keyframe(0, value),))


def curve_of(curves: Iterable[Curve], name: str) -> Curve | None:
    return next((curve for curve in curves if curve.parameter == name), None)


def value_at(curves: Iterable[Curve], name: str, frame: float) -> float:
    """The value at a frame; the parameter's default where it has no curve."""
    curve = curve_of(curves, name)
    return parameter(name).default if curve is None else curve.at(frame)


def parse_curve(data: object, where: str) -> Curve:
    """Raises BadInput."""
    fields = Fields(data, where)
    name = fields.text("parameter")
    keyframes = fields.each("keyframes", parse_keyframe)
    fields.finish()
    curve = Curve(name, keyframes)
    check_curve(curve, where)
    return curve


def check_curve(curve: Curve, where: str) -> None:
    """Raises BadInput."""
    if not 1 <= len(curve.keyframes) <= MOST_KEYFRAMES:
        raise BadInput(f"{where} has {len(curve.keyframes)} keyframes; give 1 to {MOST_KEYFRAMES:,}.")
    frames = [key.frame for key in curve.keyframes]
    if any(here >= there for here, there in pairwise(frames)):
        raise BadInput(f"{where} has two keyframes at one frame, or not in order of time.")
    for key in curve.keyframes:
        check_value(curve.parameter, key.value)


def parse_keyframe(data: object, where: str) -> Keyframe:
    fields = Fields(data, where)
    key = Keyframe(
        fields.whole("frame"),
        fields.number("value"),
        fields.one_of("interpolation", get_args(Interpolation), "linear"),
    )
    fields.finish()
    return key


def _keyframe_data(key: Keyframe) -> dict[str, Any]:
    data: dict[str, Any] = {"frame": key.frame, "value": key.value}
    if key.interpolation != "linear":
        data["interpolation"] = key.interpolation
    return data


def _frame(key: Keyframe) -> int:
    return key.frame
