"""Denoising and deflickering."""

from collections.abc import Iterator
from typing import Any

from numpy.typing import NDArray

from artifex.media.filtering import Filter
from artifex.media.filters.ranges import within_range
from artifex.media.filters.stage import Frames, filtered

_MOST_NEIGHBOURS = 33


def denoised(frames: Frames, strength: float = 0.3) -> Iterator[NDArray[Any]]:
    """Denoise by the mean of a pixel over nine frames where it hardly changes; moving parts keep their noise.

    ``strength`` goes from 0 to 1. About 100 frames of 1280x720 a second on two cores. Raises BadField.
    """
    within_range("strength", strength, 0, 1)
    slight, much = 0.2 * strength, 0.4 * strength
    thresholds = {f"{plane}{kind}": str(value) for plane in "012" for kind, value in (("a", slight), ("b", much))}
    return filtered(frames, [Filter("atadenoise", {**thresholds, "s": "9"})], "rgb")


def deflickered(frames: Frames, neighbours: int = 5) -> Iterator[NDArray[Any]]:
    """Bring the brightness of each frame to the mean of ``neighbours`` frames around it, 2 to 33.

    FFmpeg's filter works in 10 bits, also where the frames have 16. Raises BadField.
    """
    within_range("neighbours", neighbours, 2, _MOST_NEIGHBOURS)
    options = {"size": str(neighbours), "mode": "am"}
    return filtered(frames, [Filter("deflicker", options)], "ycbcr", pixel_format="yuv444p10le")
