"""A scope by its name, as a picture of the default size."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from artifex.media.scopes.histogram import histogram
from artifex.media.scopes.vectorscope import vectorscope
from artifex.media.scopes.waveform import waveform
from artifex.units import PixelSize

Scope = Literal["waveform", "parade", "vectorscope", "histogram"]

_SIZE = PixelSize(width=512, height=288)
_SQUARE = PixelSize(width=288, height=288)
_SCOPES: Mapping[Scope, Callable[[NDArray[np.uint8]], NDArray[np.uint8]]] = MappingProxyType(
    {
        "waveform": lambda frame: waveform(frame).picture(_SIZE),
        "parade": lambda frame: waveform(frame, "parade").picture(_SIZE),
        "vectorscope": lambda frame: vectorscope(frame).picture(_SQUARE),
        "histogram": lambda frame: histogram(frame).picture(_SIZE),
    }
)


def drawn(scope: Scope, frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture of a scope, RGB [h, w, 3], for a frame [H, W, 3]."""
    return _SCOPES[scope](frame)
