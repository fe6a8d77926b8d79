"""Small clips of which each frame has its number drawn into it."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.media.footage import Kind, write

COUNT = 90
SIDE = 16
BITS = 8
TICK = Fraction(1, 1000)

H264 = Kind(".mp4", "libx264", options={"bf": "3", "g": "40", "preset": "veryfast"})


def numbered(number: int) -> NDArray[np.uint8]:
    """128x64, grey, with the number as eight black or white blocks."""
    picture = np.full((64, 128, 3), 110, np.uint8)
    for bit in range(BITS):
        picture[24:40, bit * SIDE : (bit + 1) * SIDE] = 255 * (number >> bit & 1)
    return picture


def read_number(picture: NDArray[np.uint8]) -> int:
    blocks = picture[28:36, :, 1].reshape(8, BITS, SIDE)[:, :, 4:12].mean(axis=(0, 2))
    return sum(int(block > 127) << bit for bit, block in enumerate(blocks))


def write_numbered(path: Path, kind: Kind = H264, times: Sequence[int] | None = None) -> Path:
    """90 frames; ``times`` are when each is shown, in thousandths of a second, and steadily if None."""
    return write(path, map(numbered, range(COUNT)), kind, times, TICK if times else None)
