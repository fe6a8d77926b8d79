"""Sizes, rates and counts shared by all packages.

Frame rates are exact fractions (24000/1001 stays so), and frame counts are integers.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from artifex.errors import BadInput

_BYTES = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}
_FRACTION = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,12}|/[0-9]{1,12})?", re.ASCII)
"""Without exponents: with one, a few characters could denote a number that fills all memory."""


@dataclass(frozen=True, slots=True)
class PixelSize:
    """Width and height of a picture, in pixels."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"

    @property
    def area(self) -> int:
        return self.width * self.height

    @classmethod
    def parse(cls, text: str) -> "PixelSize":
        """``832x480`` or ``832*480``. Raises BadInput on anything else."""
        match = re.fullmatch(r"\s*(\d{1,6})\s*[xX*×]\s*(\d{1,6})\s*", text)
        if match is None or (not match[0].isascii() and "×" not in text):
            raise BadInput(f"Size {text!r:.60} is not understood; write it as WIDTHxHEIGHT, like 256x256.")
        return cls(int(match[1]), int(match[2]))


def parse_fraction(text: str) -> Fraction:
    """``24``, ``23.976`` or ``24000/1001``, exactly. Raises ValueError, and ZeroDivisionError for 1/0."""
    if _FRACTION.fullmatch(text) is None:
        raise ValueError("not a plain fraction")
    return Fraction(text)


def parse_frame_rate(text: str) -> Fraction:
    """``24``, ``23.976`` or ``24000/1001`` frames a second, exactly.

    The customary decimals of the NTSC family become their true fractions.
    Raises BadInput when the text is no rate above 0 and up to 240.
    """
    ntsc = {"23.976": "24000/1001", "23.98": "24000/1001", "29.97": "30000/1001", "59.94": "60000/1001"}
    try:
        rate = parse_fraction(ntsc.get(text.strip(), text.strip()))
    except (ValueError, ZeroDivisionError):
        rate = Fraction(0)
    if not 0 < rate <= 240 or rate.denominator > 100_000:
        raise BadInput(f"Frame rate {text!r:.40} is not understood; give frames a second, like 16 or 24000/1001.")
    return rate


def parse_bytes(text: str) -> int:
    """``12GiB``, ``500MB``, ``1024B`` or a plain number of bytes. Raises BadInput otherwise."""
    match = re.fullmatch(r"\s*(\d{1,15}(?:\.\d{1,3})?)\s*([KMG]i?B|B|)\s*", text, re.IGNORECASE | re.ASCII)
    if match is None:
        raise BadInput(f"Amount of memory {text!r:.40} is not understood; write it like 12GiB.")
    return int(Fraction(match[1]) * _BYTES[match[2].upper()])


def counted(count: int, word: str) -> str:
    """A count with its noun, for people: ``1 clip``, ``3 clips``."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def show_bytes(count: float) -> str:
    """A byte count for people, in binary units: ``1.4 GiB``."""
    for unit in ("B", "KiB", "MiB"):
        if count < 1024:
            return f"{count:.0f} {unit}"
        count /= 1024
    return f"{count:.1f} GiB"


def show_seconds(seconds: float) -> str:
    """A duration for people: ``0.8 s``, ``42 s``, ``3 min 20 s``, ``2 h 5 min``."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
