"""Frames to encode in place of those that random weights decode to.

Those are noise, the hardest input for a video encoder, whose time would dominate that of the model. These have what
films have: smooth light, moving texture, edges, and a little grain.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Frames = NDArray[np.uint8]

_OCTAVES = (8, 16, 32, 64, 128, 256)
_GRAIN = 2.0
"""Standard deviation, in steps of 255."""


def scene(width: int, height: int, count: int) -> Frames:
    """RGB frames [count, height, width, 3]: a camera pans over a textured wall, a disc crosses it the other way."""
    chance = np.random.default_rng(0)
    wall = _texture(width + 2 * count, height + count, chance)
    rows, columns = np.mgrid[:height, :width]
    light = 0.6 + 0.4 * np.sin(columns / width * 3 + rows / height)
    frames = np.empty((count, height, width, 3), np.uint8)
    for index in range(count):
        picture = wall[index : index + height, 2 * index : 2 * index + width] * light[..., None]
        disc = np.hypot(columns - width * (1 - index / count), rows - height / 2) < height / 6
        picture[disc] = (220, 120, 60)
        frames[index] = np.clip(picture + chance.normal(0, _GRAIN, (height, width, 1)), 0, 255)
    return frames


def instead(of: Iterator[Frames], shown: Frames) -> Iterator[Frames]:
    """Replace the frames of an iterator, chunk by chunk, by as many of `shown`."""
    done = 0
    for chunk in of:
        yield shown[done : done + len(chunk)]
        done += len(chunk)


def _texture(width: int, height: int, chance: np.random.Generator) -> NDArray[np.float64]:
    """Value noise of several octaves, [height, width, 3]; the finer, the fainter, as in photographs."""
    total = np.full((height, width, 3), 110.0)
    for cells in _OCTAVES:
        coarse = chance.uniform(-1, 1, (cells + 2, cells + 2, 3))
        y, x = np.linspace(0, cells, height), np.linspace(0, cells, width)
        row, column = y.astype(int), x.astype(int)
        v, h = (y - row)[:, None, None], (x - column)[None, :, None]
        upper, lower = (coarse[each][:, column] * (1 - h) + coarse[each][:, column + 1] * h for each in (row, row + 1))
        total += (upper * (1 - v) + lower * v) * 400 / cells
    return total
