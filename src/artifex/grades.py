"""Colour grading operations as plain data, stored with films.

They apply to display-referred R'G'B', in which 0 is black and 1 is white. ``media/looks`` applies them to pixels, and
``timeline`` places them on a film.
"""

from dataclasses import dataclass
from typing import ClassVar

Triple = tuple[float, float, float]
"""Values of red, green and blue."""
Points = tuple[tuple[float, float], ...]
"""Points of a curve, (in, out), sorted by in."""

MOST_NODES = 64
"""Most nodes of one look."""
MOST_POINTS = 64
NONE: Triple = (0.0, 0.0, 0.0)
ONE: Triple = (1.0, 1.0, 1.0)
STRAIGHT: Points = ((0.0, 0.0), (1.0, 1.0))

RANGES = {
    "slope": (0.0, 100.0),
    "offset": (-10.0, 10.0),
    "power": (0.01, 100.0),
    "saturation": (0.0, 10.0),
    "lift": (-1.0, 1.0),
    "gamma": (0.01, 100.0),
    "gain": (0.0, 100.0),
    "stops": (-20.0, 20.0),
    "pivot": (0.0, 1.0),
    "warmth": (-1.0, 1.0),
    "tint": (-1.0, 1.0),
    "strength": (0.0, 1.0),
    "amount": (0.0, 10.0),
}
"""(least, most) of each numeric field, or of each part of a triple."""


@dataclass(frozen=True, slots=True)
class Cdl:
    """``(in * slope + offset) ** power`` of each channel, then saturation around luma, each held to 0 to 1.

    The American Society of Cinematographers' Color Decision List 1.2 (2009).
    """

    kind: ClassVar[str] = "cdl"
    slope: Triple = ONE
    offset: Triple = NONE
    power: Triple = ONE
    saturation: float = 1.0


@dataclass(frozen=True, slots=True)
class LiftGammaGain:
    """``(in * (gain - lift) + lift) ** (1 / gamma)`` of each channel: shadows, midtones, highlights."""

    kind: ClassVar[str] = "lift_gamma_gain"
    lift: Triple = NONE
    gamma: Triple = ONE
    gain: Triple = ONE


@dataclass(frozen=True, slots=True)
class Curves:
    """Smooth curves through points: ``master`` first, then each channel's own. Flat beyond their ends."""

    kind: ClassVar[str] = "curves"
    master: Points = STRAIGHT
    red: Points = STRAIGHT
    green: Points = STRAIGHT
    blue: Points = STRAIGHT


@dataclass(frozen=True, slots=True)
class Saturation:
    """Distance from luma times ``amount``: 0 is grey, 1 changes nothing."""

    kind: ClassVar[str] = "saturation"
    amount: float = 1.0


@dataclass(frozen=True, slots=True)
class Exposure:
    """Exposure in stops: 1 doubles the light of a display."""

    kind: ClassVar[str] = "exposure"
    stops: float = 0.0


@dataclass(frozen=True, slots=True)
class Contrast:
    """Distance from ``pivot`` times ``amount``. (0.435 is the grey that reflects 18 % of the light.)"""

    kind: ClassVar[str] = "contrast"
    amount: float = 1.0
    pivot: float = 0.435


@dataclass(frozen=True, slots=True)
class Temperature:
    """``warmth`` from -1 (cold) to 1 (warm) and ``tint`` from -1 (green) to 1 (magenta)."""

    kind: ClassVar[str] = "temperature"
    warmth: float = 0.0
    tint: float = 0.0


@dataclass(frozen=True, slots=True)
class Lut:
    """A table from a .cube file whose content has this ``sha256``. ``strength``, 0 to 1, is how much of it is taken."""

    kind: ClassVar[str] = "lut"
    sha256: str
    strength: float = 1.0


Grade = Cdl | LiftGammaGain | Curves | Saturation | Exposure | Contrast | Temperature | Lut
GRADES: tuple[type[Grade], ...] = (Cdl, LiftGammaGain, Curves, Saturation, Exposure, Contrast, Temperature, Lut)
