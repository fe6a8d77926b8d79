"""From a decoder's planes to an upright RGB picture, by the file's colour tags.

High dynamic range (PQ, HLG) and wide primaries become BT.709 through one filter graph that is kept: building its tables
takes seconds, using them milliseconds.
"""

from fractions import Fraction
from typing import Any

import numpy as np
from av import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray

from artifex.media.colour import source_matrix
from artifex.media.filtering import Filter, FilterGraph, Planes
from artifex.units import PixelSize

Picture = NDArray[np.uint8] | NDArray[np.uint16]

_TO_RGB = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.BITEXACT | Interpolation.FULL_CHR_H_INT
_PQ, _HLG = 16, 18
_BT2020 = 9
_FORMATS = {(8, False): "rgb24", (8, True): "rgba", (16, False): "rgb48le", (16, True): "rgba64le"}
_TO_BT709 = (
    Filter(
        "scale",
        {
            "out_color_matrix": "bt709",
            "out_primaries": "bt709",
            "out_transfer": "bt709",
            "out_range": "tv",
            "intent": "perceptual",
        },
    ),
    Filter("format", {"pix_fmts": "yuv444p16le"}),
)


def is_wide(frame: VideoFrame) -> bool:
    """Whether the colours go beyond what a BT.709 screen shows."""
    return frame.color_trc in (_PQ, _HLG) or frame.color_primaries == _BT2020


def has_alpha(frame: VideoFrame) -> bool:
    return any(component.is_alpha for component in frame.format.components)


def bits(frame: VideoFrame) -> int:
    return max(component.bits for component in frame.format.components)


class PictureMaker:
    """Makes pictures of a stream's frames: ``depth`` is 8 (uint8) or 16 (uint16, white is 65535).

    For one thread at a time, since it reuses its converters.
    """

    def __init__(self, depth: int) -> None:
        self._depth = depth
        self._reformatter = VideoReformatter()
        self._graph: FilterGraph | None = None

    def picture(self, frame: VideoFrame, size: PixelSize | None = None) -> Picture:
        """[height, width, 3], or 4 with straight alpha where the file has it; upright, and scaled to ``size``."""
        if is_wide(frame):
            frame = self._narrowed(frame)
        is_turned = bool(frame.rotation % 180)
        planes = self._reformatter.reformat(
            frame,
            width=None if size is None else size.height if is_turned else size.width,
            height=None if size is None else size.width if is_turned else size.height,
            format=_FORMATS[self._depth, has_alpha(frame)],
            src_colorspace=source_matrix(frame),
            interpolation=_TO_RGB,
            threads=1,
        )
        picture: NDArray[Any] = planes.to_ndarray()
        return np.ascontiguousarray(np.rot90(picture, frame.rotation // 90))

    def _narrowed(self, frame: VideoFrame) -> VideoFrame:
        time_base = Fraction(frame.time_base or Fraction(1))
        if self._graph is None:
            self._graph = FilterGraph(Planes.of(frame, time_base), _TO_BT709, threads=0)
        [narrowed] = self._graph.push(frame)
        return narrowed
