"""Runs frames through FFmpeg's filters without unwanted changes of colour."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import chain
from typing import Any, Literal

import numpy as np
from av import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from numpy.typing import NDArray

from artifex.media.filtering import Filter, FilterGraph, Planes

Frames = Iterable[NDArray[Any]]
Domain = Literal["rgb", "ycbcr"]

_EXACT = (
    Interpolation.BICUBIC
    | Interpolation.ACCURATE_RND
    | Interpolation.BITEXACT
    | Interpolation.FULL_CHR_H_INP
    | Interpolation.FULL_CHR_H_INT
)
_PLANES = {
    ("rgb", "uint8"): "gbrp",
    ("rgb", "uint16"): "gbrp16le",
    # Ten bits, so that pictures of eight bits lose nothing in the conversion there and back.
    ("ycbcr", "uint8"): "yuv444p10le",
    ("ycbcr", "uint16"): "yuv444p16le",
}
_PACKED = {"uint8": "rgb24", "uint16": "rgb48le"}
_RGB_MATRIX, _BT709 = 0, 1
_LIMITED, _FULL = 1, 2
_THREADS = 2


class _Converter:
    """Converts between frames and planes; for frames of one dtype, and for one thread at a time."""

    def __init__(self, domain: Domain, dtype: np.dtype[Any], pixel_format: str | None, time_base: Fraction) -> None:
        self._packed = _PACKED[dtype.name]
        self.pixel_format = pixel_format or _PLANES[domain, dtype.name]
        self.is_rgb = domain == "rgb"
        self._time_base = time_base
        self._to_planes = VideoReformatter()
        self._to_rgb = VideoReformatter()

    def planes(self, frame: NDArray[Any], number: int) -> VideoFrame:
        packed = VideoFrame.from_numpy_buffer(np.ascontiguousarray(frame), format=self._packed)
        planes = self._to_planes.reformat(
            packed,
            format=self.pixel_format,
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.JPEG if self.is_rgb else ColorRange.MPEG,
            interpolation=_EXACT,
            threads=1,
        )
        # The tags are what later filters go by.
        planes.colorspace = _RGB_MATRIX if self.is_rgb else _BT709
        planes.color_range = _FULL if self.is_rgb else _LIMITED
        planes.pts, planes.time_base = number, self._time_base
        return planes

    def frame(self, planes: VideoFrame) -> NDArray[Any]:
        packed = self._to_rgb.reformat(
            planes,
            format=self._packed,
            src_colorspace=None if self.is_rgb else Colorspace.ITU709,
            interpolation=_EXACT,
            threads=1,
        )
        return packed.to_ndarray()


def filtered(
    frames: Frames,
    filters: Sequence[Filter],
    domain: Domain,
    frame_rate: Fraction = Fraction(24),
    pixel_format: str | None = None,
) -> Iterator[NDArray[Any]]:
    """Run ``frames`` [H, W, 3], all of one size and dtype, through ``filters``.

    The filters work in ``domain``; ``pixel_format`` replaces its usual format, for filters that take only a few.
    """
    iterator = iter(frames)
    first = next(iterator, None)
    if first is None:
        return
    converter = _Converter(domain, first.dtype, pixel_format, 1 / frame_rate)
    planes = Planes(
        width=first.shape[1],
        height=first.shape[0],
        pixel_format=converter.pixel_format,
        time_base=1 / frame_rate,
        matrix=_RGB_MATRIX if converter.is_rgb else _BT709,
        full_range=converter.is_rgb,
        frame_rate=frame_rate,
    )
    graph = FilterGraph(planes, filters, _THREADS)
    for number, frame in enumerate(chain([first], iterator)):
        if frame.shape != first.shape or frame.dtype != first.dtype:
            raise ValueError(f"a frame is {first.dtype} {first.shape}, not {frame.dtype} {frame.shape}")
        yield from map(converter.frame, graph.push(converter.planes(frame, number)))
    yield from map(converter.frame, graph.push(None))
