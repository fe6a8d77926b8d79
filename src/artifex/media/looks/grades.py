"""The kinds of grades that a look is made of (:mod:`artifex.grades`), with the code that applies them to pictures.

Each grades pictures of floats [..., 3], display-referred R'G'B' in which 0 is black and 1 is white. Values may leave
that range between two nodes; the look's result is clipped to it. A grade that treats each channel by itself says so
with ``is_per_channel``, since one-dimensional tables are then enough.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from artifex import grades
from artifex.grades import STRAIGHT, Triple
from artifex.media.looks.cube import Cube
from artifex.media.looks.curve import through

Floats = NDArray[np.floating]

LUMA = (0.2126, 0.7152, 0.0722)
"""Weights of red, green and blue in luma: ITU-R BT.709-6, item 3.2."""
DISPLAY_GAMMA = 2.4
"""From signal to light, as ITU-R BT.1886 has it for black at 0."""
_WARMEST = (1.35, 1.0, 0.60)
"""Gains in light at ``warmth`` 1: about 6500 K seen where 4600 K is white."""
_TINT = 1.20
"""Gain in light of red and blue over green at ``tint`` 1."""


@dataclass(frozen=True, slots=True)
class Cdl(grades.Cdl):
    @property
    def is_per_channel(self) -> bool:
        return self.saturation == 1.0

    def graded(self, rgb: Floats) -> Floats:
        slope, offset, power = (_as(rgb, values) for values in (self.slope, self.offset, self.power))
        toned = _power(np.clip(rgb * slope + offset, 0, 1), power)
        return toned if self.is_per_channel else np.clip(_saturated(toned, self.saturation), 0, 1)


@dataclass(frozen=True, slots=True)
class LiftGammaGain(grades.LiftGammaGain):
    is_per_channel = True

    def graded(self, rgb: Floats) -> Floats:
        lift, gamma, gain = (_as(rgb, values) for values in (self.lift, self.gamma, self.gain))
        return _power(np.maximum(rgb * (gain - lift) + lift, 0), 1 / gamma)


@dataclass(frozen=True, slots=True)
class Curves(grades.Curves):
    is_per_channel = True

    def graded(self, rgb: Floats) -> Floats:
        whole = rgb if self.master == STRAIGHT else through(self.master, rgb)
        own = (self.red, self.green, self.blue)
        channels = [whole[..., c] if own[c] == STRAIGHT else through(own[c], whole[..., c]) for c in range(3)]
        return np.stack(channels, axis=-1)


@dataclass(frozen=True, slots=True)
class Saturation(grades.Saturation):
    is_per_channel = False

    def graded(self, rgb: Floats) -> Floats:
        return _saturated(rgb, self.amount)


@dataclass(frozen=True, slots=True)
class Exposure(grades.Exposure):
    is_per_channel = True

    def graded(self, rgb: Floats) -> Floats:
        return rgb * rgb.dtype.type(2 ** (self.stops / DISPLAY_GAMMA))


@dataclass(frozen=True, slots=True)
class Contrast(grades.Contrast):
    is_per_channel = True

    def graded(self, rgb: Floats) -> Floats:
        pivot = rgb.dtype.type(self.pivot)
        return (rgb - pivot) * rgb.dtype.type(self.amount) + pivot


@dataclass(frozen=True, slots=True)
class Temperature(grades.Temperature):
    """Von Kries adaptation to another white: gains of the channels in light, scaled so that white keeps its luma."""

    is_per_channel = True

    def graded(self, rgb: Floats) -> Floats:
        gains = np.array(_WARMEST) ** self.warmth * np.array((_TINT, 1.0, _TINT)) ** self.tint
        gains /= gains @ np.array(LUMA)
        return rgb * _as(rgb, gains ** (1 / DISPLAY_GAMMA))


@dataclass(frozen=True, slots=True)
class Lut:
    """:class:`artifex.grades.Lut` with its table."""

    kind: ClassVar[str] = grades.Lut.kind
    sha256: str
    cube: Cube
    strength: float = 1.0

    @property
    def is_per_channel(self) -> bool:
        return self.cube.is_per_channel

    def graded(self, rgb: Floats) -> Floats:
        return mixed(rgb, self.cube.applied(rgb), self.strength)


Grade = Cdl | LiftGammaGain | Curves | Saturation | Exposure | Contrast | Temperature | Lut
GRADES: tuple[type[Grade], ...] = (Cdl, LiftGammaGain, Curves, Saturation, Exposure, Contrast, Temperature, Lut)


def mixed(before: Floats, after: Floats, share: float) -> Floats:
    """Linear mix of two pictures; ``share`` 1 is all of the second."""
    return after if share == 1.0 else before + (after - before) * before.dtype.type(share)


def _saturated(rgb: Floats, amount: float) -> Floats:
    luma = (rgb @ _as(rgb, LUMA))[..., None]
    return luma + (rgb - luma) * rgb.dtype.type(amount)


def _power(values: Floats, power: Floats) -> Floats:
    return values if bool((power == 1).all()) else values**power


def _as(rgb: Floats, values: Triple | Floats) -> Floats:
    return np.asarray(values, rgb.dtype)
