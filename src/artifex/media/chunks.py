"""Groups pictures into chunks, as encoders take them."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

_CHUNK = 4


def in_chunks(pictures: Iterable[NDArray[np.uint8]]) -> Iterator[NDArray[np.uint8]]:
    """Pictures [H, W, 3] of one size as chunks [t, H, W, 3] of up to four."""
    chunk: list[NDArray[np.uint8]] = []
    for picture in pictures:
        chunk.append(picture)
        if len(chunk) == _CHUNK:
            yield np.stack(chunk)
            chunk = []
    if chunk:
        yield np.stack(chunk)
