"""Bakes a look into lookup tables, once for many frames."""

import numpy as np
from numpy.typing import NDArray

from artifex.media.looks.chain import Look

GRID = 65
"""Entries a side: 64 cells, so that every fourth level of 8 bits is met exactly."""
_SAME = 1e-6


def channel_table(look: Look, size: int) -> NDArray[np.float32]:
    """The results [size, 3] for ``size`` inputs from 0 to 1, of a look that grades each channel by itself."""
    inputs = np.linspace(0, 1, size)
    return look.graded(np.repeat(inputs[:, None], 3, axis=1)).astype(np.float32)


def colour_table(look: Look, size: int = GRID) -> NDArray[np.float32]:
    """The results [size, size, size, 3] for inputs from 0 to 1, indexed by red, green, blue."""
    return look.graded(_grid(size)).astype(np.float32)


def changes_nothing(table: NDArray[np.float32]) -> bool:
    """Whether the table is the identity, to a millionth."""
    size = len(table)
    inputs = np.repeat(np.linspace(0, 1, size)[:, None], 3, axis=1) if table.ndim == 2 else _grid(size)
    return bool((np.abs(table - inputs) < _SAME).all())


def cube_text(table: NDArray[np.float32]) -> bytes:
    """``table`` [n, n, n, 3] of values from 0 to 1 as a .cube file with six decimals.

    The digits are laid out as an array, since printing 800,000 numbers one by one takes half a second.
    """
    millionths = np.rint(table.transpose(2, 1, 0, 3).reshape(-1, 3).astype(np.float64) * 1e6).astype(np.int64)
    digits = np.full((*millionths.shape, 9), ord(" "), np.uint8)
    digits[..., 1] = ord(".")
    for place, power in enumerate((0, None, *range(1, 7))):
        if power is not None:
            digits[..., place] = ord("0") + millionths // 10 ** (6 - power) % 10
    digits[:, -1, -1] = ord("\n")
    return b"LUT_3D_SIZE %d\n" % len(table) + digits.tobytes()


def _grid(size: int) -> NDArray[np.float64]:
    axis = np.linspace(0, 1, size)
    return np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)
