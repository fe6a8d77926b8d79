"""Clips enlarged: how large they may become, and a file enlarged in this process, without a queue."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from artifex.catalog.upscalers import load_upscaler
from artifex.errors import BadInput
from artifex.media.encodings.encoding import Encoding
from artifex.media.filters.file import Told, rewrite_file
from artifex.media.filters.scaling import scaled
from artifex.units import PixelSize

SCALES = range(2, 5)
_MOST_SIDE = 8192
"""Pixels; players of H.264 go no further."""


def enlarged(width: int, height: int, scale: int) -> PixelSize:
    """With even sides. Raises BadInput for a scale that is none, and where the result would be too large to play."""
    if scale not in SCALES:
        raise BadInput(f"A clip is enlarged 2, 3 or 4 times, not {scale!r:.20}.")
    size = PixelSize(width=width * scale // 2 * 2, height=height * scale // 2 * 2)
    if max(size.width, size.height) > _MOST_SIDE:
        raise BadInput(f"Enlarged {scale} times the clip would be {size}; its sides may be {_MOST_SIDE} at most.")
    return size


def upscale_file(source: Path, target: Path, scale: int, weights: Path | None, encoding: Encoding, told: Told) -> int:
    """Write ``source`` enlarged by the network in ``weights``, or by interpolation; return how many frames there are.

    Raises BadInput, BadWeights, CannotRun, and as :func:`rewrite_file`.
    """
    upscaler = None if weights is None else load_upscaler(weights, weights.name, lambda: None)

    def change(frames: Iterator[NDArray[Any]], rate: Fraction) -> Iterator[NDArray[Any]]:
        first = next(frames)
        size = enlarged(first.shape[1], first.shape[0], scale)
        every = chain([first], frames)
        return scaled(every if upscaler is None else map(upscaler.enlarge, every), size)

    return rewrite_file(source, target, change, encoding, told)
