"""Tetrahedral interpolation between the entries of a table."""

import numpy as np
from numpy.typing import NDArray


def looked_up(table: NDArray[np.float32], place: NDArray[np.floating]) -> NDArray[np.floating]:
    """``table`` [n, n, n, 3] at ``place`` [..., 3], counted in entries from 0 to n - 1.

    Each cell is cut into six tetrahedra along its grey diagonal, by the order of the three parts (J. Sakamoto and
    H. Itooka, US patent 4,275,413, expired): greys stay as neutral as the table has them, which trilinear
    interpolation does not give. It walks from the cell's low corner to its high one, largest part first.
    """
    n = len(table)
    flat = table.reshape(-1, 3)
    corner = np.minimum(place.astype(np.intp), n - 2)
    part = place - corner
    order = np.argsort(-part, axis=-1, kind="stable")
    strides = np.array([n * n, n, 1])
    index = corner @ strides
    result = flat[index].astype(place.dtype)
    here = result.copy()
    for step in range(3):
        axis = order[..., step]
        index = index + strides[axis]
        there = flat[index]
        result += (there - here) * np.take_along_axis(part, axis[..., None], axis=-1)
        here = there
    return result
