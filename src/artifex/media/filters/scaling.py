"""Scales frames."""

from collections.abc import Iterator
from typing import Any

from numpy.typing import NDArray

from artifex.media.filtering import Filter
from artifex.media.filters.stage import Frames, filtered
from artifex.units import PixelSize


def scaled(frames: Frames, size: PixelSize) -> Iterator[NDArray[Any]]:
    """Frames at ``size`` by Lanczos; proportions may change."""
    options = {
        "w": str(size.width),
        "h": str(size.height),
        "flags": "lanczos+accurate_rnd+bitexact+full_chroma_int+full_chroma_inp",
    }
    return filtered(frames, [Filter("scale", options)], "rgb")
