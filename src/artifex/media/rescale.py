"""Scales pictures as they stream by."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from artifex.media.chunks import in_chunks
from artifex.units import PixelSize


def scaled(pictures: Iterable[NDArray[np.uint8]], size: PixelSize) -> Iterator[NDArray[np.uint8]]:
    """RGB pictures [H, W, 3] at ``size`` by Lanczos, in chunks [t, height, width, 3]; proportions may change."""
    return in_chunks(_resized(picture, size) for picture in pictures)


def fitted(pictures: Iterable[NDArray[np.uint8]], size: PixelSize) -> Iterator[NDArray[np.uint8]]:
    """As :func:`scaled`, with proportions kept: black bars fill the rest."""
    return in_chunks(_with_bars(picture, size) for picture in pictures)


def within(size: PixelSize, most: PixelSize) -> PixelSize:
    """The largest size of the same proportions inside ``most``, both sides even; nothing is enlarged."""
    factor = min(1.0, most.width / size.width, most.height / size.height)
    return PixelSize(width=_even(size.width * factor), height=_even(size.height * factor))


def no_wider(size: PixelSize, width: int) -> PixelSize:
    """As :func:`within`, for a limit on the width only."""
    return within(size, PixelSize(width=width, height=size.height))


def _even(length: float) -> int:
    return max(2, round(length / 2) * 2)


def _resized(picture: NDArray[np.uint8], size: PixelSize) -> NDArray[np.uint8]:
    if picture.shape[:2] == (size.height, size.width):
        return picture
    return np.asarray(Image.fromarray(picture).resize((size.width, size.height), Image.Resampling.LANCZOS))


def _with_bars(picture: NDArray[np.uint8], size: PixelSize) -> NDArray[np.uint8]:
    height, width = picture.shape[:2]
    factor = min(size.width / width, size.height / height)
    inner = PixelSize(
        width=min(size.width, max(1, round(width * factor))), height=min(size.height, max(1, round(height * factor)))
    )
    canvas = np.zeros((size.height, size.width, 3), np.uint8)
    top, left = (size.height - inner.height) // 2, (size.width - inner.width) // 2
    canvas[top : top + inner.height, left : left + inner.width] = _resized(picture, inner)
    return canvas
