"""Converts a decoder's planes for encoders, without going through RGB."""

from typing import Any

import numpy as np
from av import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from numpy.typing import NDArray

from artifex.media.colour import PLANAR, PLANES_TO_PLANES, source_matrix
from artifex.media.reading.pictures import has_alpha, is_wide
from artifex.units import PixelSize

Planes = NDArray[np.uint8]
"""Y'CbCr 4:2:0 of BT.709 in limited range [3/2 height, width]: all of Y, then Cb and Cr, each a quarter as large."""

_YCBCR = ("yuv", "nv12", "nv21", "p01")
_FULL_RANGE = 2


class PlaneMaker:
    """For one thread at a time, since it reuses its converter."""

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def planes(self, frame: VideoFrame, size: PixelSize) -> Planes | None:
        """The planes scaled to ``size``, whose sides are even. None for a frame that is rotated, has alpha, is not
        Y'CbCr, or has high dynamic range or wide primaries."""
        if frame.rotation % 360 or is_wide(frame) or has_alpha(frame) or not frame.format.name.startswith(_YCBCR):
            return None
        planes: NDArray[Any] = (frame if _is_ready(frame, size) else self._converted(frame, size)).to_ndarray()
        return planes

    def _converted(self, frame: VideoFrame, size: PixelSize) -> VideoFrame:
        return self._reformatter.reformat(
            frame,
            width=size.width,
            height=size.height,
            format=PLANAR,
            src_colorspace=source_matrix(frame),
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
            interpolation=PLANES_TO_PLANES,
            threads=1,
        )


def _is_ready(frame: VideoFrame, size: PixelSize) -> bool:
    is_bt709 = Colorspace.ITU709 in (frame.colorspace, source_matrix(frame))
    is_as_wanted = frame.format.name == PLANAR and (frame.width, frame.height) == (size.width, size.height)
    return is_as_wanted and is_bt709 and frame.color_range != _FULL_RANGE
