"""The parameters of a clip, which can change over time, with their ranges."""

from dataclasses import dataclass

from artifex.errors import BadInput, UnknownName


@dataclass(frozen=True, slots=True)
class Parameter:
    """``default`` is the value that changes nothing."""

    name: str
    default: float
    least: float
    most: float
    meaning: str


PARAMETERS = (
    Parameter("opacity", 1.0, 0.0, 1.0, "how much of the picture covers what is below it"),
    Parameter("x", 0.0, -100.0, 100.0, "of the picture's middle from the frame's middle to the right, in frame widths"),
    Parameter("y", 0.0, -100.0, 100.0, "of the picture's middle from the frame's middle down, in frame heights"),
    Parameter("scale", 1.0, 0.0, 100.0, "size of the picture; 1 fills the frame as the clip's fit says"),
    Parameter("rotation", 0.0, -36_000.0, 36_000.0, "degrees clockwise around the picture's middle"),
    Parameter("look_strength", 1.0, 0.0, 1.0, "of the clip's look; 0 is the picture without it"),
    Parameter("volume", 1.0, 0.0, 16.0, "factor of the sound's amplitude; 2 is 6 dB more"),
    Parameter("pan", 0.0, -1.0, 1.0, "-1 is left, 1 is right"),
)
_BY_NAME = {each.name: each for each in PARAMETERS}


def parameter(name: str) -> Parameter:
    """Raises UnknownName."""
    if name not in _BY_NAME:
        raise UnknownName(f"There is no parameter {name!r:.40}; there are {', '.join(_BY_NAME)}.")
    return _BY_NAME[name]


def check_value(name: str, value: float) -> None:
    """Raises BadInput, UnknownName."""
    known = parameter(name)
    if not known.least <= value <= known.most:
        raise BadInput(f"{name} is {value:g}, but has to be from {known.least:g} to {known.most:g}.")
