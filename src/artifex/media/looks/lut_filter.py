"""Applies a table with FFmpeg's ``lut3d``: tetrahedral, and the fastest way found.

Measured at 1280x720 on one core: 14 ms for planes of 16 bits, 17 ms for floats and 36 ms for planes of 8 bits, against
30 ms of Pillow's Color3DLUT, which is trilinear. So pictures of 8 bits go through as 16, which also leaves them only
one rounding.
"""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from av import VideoFrame
from av.filter import Graph
from numpy.typing import NDArray

from artifex.media.looks.baking import cube_text

_PLANES_OF_GBR = (1, 2, 0)
_ONCE_A_SECOND = Fraction(1)


@dataclass(frozen=True, slots=True)
class _Depth:
    pixel_format: str
    dtype: type[np.generic]


_SIXTEEN_BITS = _Depth("gbrp16le", np.dtype("<u2").type)
_FLOATS = _Depth("gbrpf32le", np.dtype("<f4").type)


class LutFilter:
    """``table`` [n, n, n, 3] with values from 0 to 1, for frames of any size. For one thread at a time."""

    def __init__(self, table: NDArray[np.float32]) -> None:
        self._text = cube_text(table)
        self._graph: Graph | None = None
        self._made_for: tuple[Any, ...] = ()
        self._count = 0

    def applied(self, frame: NDArray[Any]) -> NDArray[Any]:
        """Grade a frame [H, W, 3] of uint8, uint16 or float32 (clipped to 0 to 1); a new frame of the same dtype."""
        depth = _FLOATS if frame.dtype == np.float32 else _SIXTEEN_BITS
        graph = self._graph_for(frame.shape[1], frame.shape[0], depth)
        graph.push(self._planes(frame, depth))
        return _picture(graph.pull(), frame.dtype, depth)

    def _graph_for(self, width: int, height: int, depth: _Depth) -> Graph:
        wanted = (width, height, depth)
        if self._graph is None or self._made_for != wanted:
            self._graph, self._made_for = _graph(width, height, depth.pixel_format, self._text), wanted
        return self._graph

    def _planes(self, frame: NDArray[Any], depth: _Depth) -> VideoFrame:
        planes = VideoFrame(frame.shape[1], frame.shape[0], depth.pixel_format)
        for index, channel in enumerate(_PLANES_OF_GBR):
            plane = _plane(planes, index, depth)
            if frame.dtype == np.uint8:
                np.multiply(frame[..., channel], np.uint16(257), out=plane, dtype=np.uint16)
            else:
                plane[:] = frame[..., channel]
        planes.pts, planes.time_base = self._count, _ONCE_A_SECOND
        self._count += 1
        return planes


def _graph(width: int, height: int, pixel_format: str, text: bytes) -> Graph:
    graph = Graph()
    # Tags in full: without them, later filters take a buffer for BT.601 in limited range.
    source = graph.add(
        "buffer",
        f"video_size={width}x{height}:pix_fmt={pixel_format}:time_base=1/1:pixel_aspect=1/1:colorspace=gbr:range=pc",
    )
    with TemporaryDirectory(prefix="artifex-look-") as folder:
        path = Path(folder) / "look.cube"
        path.write_bytes(text)
        lut = graph.add("lut3d", file=str(path), interp="tetrahedral")  # which reads the file now
    sink = graph.add("buffersink")
    source.link_to(lut)
    lut.link_to(sink)
    graph.configure()
    return graph


def _picture(planes: Any, dtype: np.dtype[Any], depth: _Depth) -> NDArray[Any]:
    picture = np.empty((planes.height, planes.width, 3), dtype)
    for index, channel in enumerate(_PLANES_OF_GBR):
        plane = _plane(planes, index, depth)
        picture[..., channel] = _eight_bits(plane) if dtype == np.uint8 else plane
    return picture


def _eight_bits(plane: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """Rounded division by 257, without dividing: x - x // 256 is 255/256 of x, close enough for every x of 16 bits."""
    shrunk = plane - (plane >> 8)
    shrunk += 128
    return (shrunk >> 8).astype(np.uint8)


def _plane(frame: VideoFrame, index: int, depth: _Depth) -> NDArray[Any]:
    """A view [H, W] of one plane's memory, without the padding at the end of its lines."""
    plane: Any = frame.planes[index]  # a buffer, which PyAV's stubs do not say
    line = plane.line_size // np.dtype(depth.dtype).itemsize
    return np.frombuffer(plane, depth.dtype).reshape(-1, line)[: frame.height, : frame.width]
