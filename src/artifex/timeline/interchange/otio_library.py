"""OpenTimelineIO, imported where it is used: it is an optional package, and has no wheels for some machines."""

import importlib
from fractions import Fraction
from typing import Any

from artifex.errors import NotAvailable

KEY = "artifex"
"""The key of our data in the metadata of every object."""
_USUAL_RATES = (
    Fraction(24000, 1001),
    Fraction(30000, 1001),
    Fraction(48000, 1001),
    Fraction(60000, 1001),
    Fraction(120000, 1001),
)


def opentimelineio() -> Any:
    """The package. Raises NotAvailable when it is not installed."""
    try:
        return importlib.import_module("opentimelineio")
    except ImportError as error:
        raise NotAvailable(
            "OpenTimelineIO is not installed, so .otio files cannot be read or written here; "
            'run: pip install "artifex[interchange]" (Python 3.11 to 3.13 on Linux x86-64, Windows or Apple silicon).'
        ) from error


def exact_rate(rate: float) -> Fraction:
    """The fraction that a decimal rate stands for: 23.976 is 24000/1001."""
    for usual in _USUAL_RATES:
        if abs(rate - float(usual)) < 0.005:
            return usual
    return Fraction(rate).limit_denominator(1001)


def plain(value: Any) -> Any:
    """Metadata as plain JSON; the package hands out its own kinds of lists and dictionaries."""
    if hasattr(value, "items"):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, str | bytes):
        return value
    return [plain(each) for each in value] if hasattr(value, "__iter__") else value
