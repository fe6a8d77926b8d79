"""Applies a look to frames, fast."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from artifex.media.looks.baking import changes_nothing, channel_table, colour_table
from artifex.media.looks.chain import Look
from artifex.media.looks.lut_filter import LutFilter

_LEVELS = {np.dtype(np.uint8): 256, np.dtype(np.uint16): 65_536}
_ROWS = 32
"""Lines of floats that are graded together, few enough to stay in a processor's cache."""


class Grader:
    """Applies one look to many frames; for one thread at a time.

    A look that grades each channel by itself becomes an exact table of 256 or 65,536 entries for each, or for floats
    runs the nodes themselves. Any other becomes a table of 65 entries a side; see ``tests/media/looks`` for its error.
    """

    def __init__(self, look: Look) -> None:
        self._look = look.effective
        self._tables: dict[np.dtype[Any], NDArray[Any] | None] = {}
        self._filter: LutFilter | None = None
        self._is_identity = not self._look.nodes
        if self._look.nodes and not self._look.is_per_channel:
            table = colour_table(self._look)
            self._is_identity = changes_nothing(table)
            self._filter = LutFilter(table)

    def apply(self, frame: NDArray[Any], strength: float = 1.0) -> NDArray[Any]:
        """Grade a frame [H, W, 3] of uint8, uint16 or float32 (0 to 1); the result has the same dtype. A fourth channel
        stays as it is.

        ``strength``, 0 to 1, is how much of the look is mixed in, and may change from frame to frame. Where nothing
        changes the frame itself comes back. Raises ValueError for other shapes and dtypes.
        """
        if frame.ndim != 3 or frame.shape[2] not in (3, 4) or frame.dtype not in (*_LEVELS, np.dtype(np.float32)):
            raise ValueError(f"a frame is uint8, uint16 or float32 [H, W, 3 or 4], not {frame.dtype} {frame.shape}")
        if self._is_identity or strength == 0:
            return frame
        if frame.shape[2] == 4:
            return np.dstack([self.apply(np.ascontiguousarray(frame[..., :3]), strength), frame[..., 3]])
        result = self._whole(frame)
        return result if strength == 1 or result is frame else _mixture(frame, result, strength)

    def _whole(self, frame: NDArray[Any]) -> NDArray[Any]:
        if self._filter is not None:
            return self._filter.applied(frame)
        return self._exactly(frame) if frame.dtype == np.float32 else self._by_table(frame)

    def _by_table(self, frame: NDArray[Any]) -> NDArray[Any]:
        if frame.dtype not in self._tables:
            self._tables[frame.dtype] = _levels(self._look, frame.dtype)
        table = self._tables[frame.dtype]
        if table is None:
            return frame
        if frame.dtype == np.uint8:
            return np.asarray(Image.fromarray(frame).point(table.T.ravel().tolist()))
        result = np.empty_like(frame)
        for channel in range(3):
            np.take(table[:, channel], frame[..., channel], out=result[..., channel], mode="clip")
        return result

    def _exactly(self, frame: NDArray[Any]) -> NDArray[Any]:
        result = np.empty_like(frame)
        for top in range(0, len(frame), _ROWS):
            result[top : top + _ROWS] = self._look.graded(frame[top : top + _ROWS])
        return result


def _levels(look: Look, dtype: np.dtype[Any]) -> NDArray[Any] | None:
    """The results [levels, 3] for every level; None for the identity."""
    size = _LEVELS[dtype]
    table = channel_table(look, size)
    return None if changes_nothing(table) else np.rint(table.astype(np.float64) * (size - 1)).astype(dtype)


def _mixture(frame: NDArray[Any], result: NDArray[Any], share: float) -> NDArray[Any]:
    mixture = np.empty_like(frame)
    for top in range(0, len(frame), _ROWS):
        rows = slice(top, top + _ROWS)
        part = np.multiply(frame[rows], np.float32(1 - share), dtype=np.float32)
        part += np.multiply(result[rows], np.float32(share), dtype=np.float32)
        mixture[rows] = part if frame.dtype == np.float32 else part + np.float32(0.5)
    return mixture
