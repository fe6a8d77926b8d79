"""Converts between RGB pictures and the planes that encoders and decoders use.

Y'CbCr is written as BT.709 in limited range, the one choice every player agrees on (ITU-R BT.709-6,
part 3), and read by the tags in the file.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from av import VideoFrame
from av.video.codeccontext import VideoCodecContext
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from numpy.typing import NDArray

from artifex.units import PixelSize

# Bicubic chroma is worth 2 to 4 dB over swscale's default on saturated edges. Bit-exact code makes the
# result independent of the processor's vector width.
_EXACT = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.BITEXACT
_TO_PLANES = _EXACT | Interpolation.FULL_CHR_H_INP
_TO_RGB = _EXACT | Interpolation.FULL_CHR_H_INT
PLANES_TO_PLANES = _TO_PLANES | Interpolation.FULL_CHR_H_INT

PLANAR = "yuv420p"
"""The pixel format of frames that are passed on as planes."""

# Code points of ITU-T H.273, which FFmpeg's enumerations follow.
_BT709 = 1
_SRGB_TRANSFER = 13
_RGB_MATRIX = 0
_UNSPECIFIED = 2

_LARGE = 2**22
"""Pixels above which a picture is converted with several threads; their number does not change the result."""
_THREADS = 4

_HD_HEIGHT = 576
"""Untagged video taller than this is BT.709, otherwise BT.601, as players assume."""


_PACKED = {("uint8", 3): "rgb24", ("uint8", 4): "rgba", ("uint16", 3): "rgb48le", ("uint16", 4): "rgba64le"}


@dataclass(frozen=True, slots=True)
class Colour:
    """The colour space of R'G'B' and its matrix to Y'CbCr, as code points of ITU-T H.273."""

    matrix: int
    primaries: int
    transfer: int


BT709 = Colour(_BT709, _BT709, _BT709)
HDR10 = Colour(matrix=9, primaries=9, transfer=16)
"""BT.2020 with the transfer function PQ."""


def planes_from_rgb(picture: NDArray[Any], pixel_format: str, colour: Colour = BT709) -> VideoFrame:
    """One picture [H, W, 3 or 4], uint8 or uint16, as a frame for the encoder: limited range if it takes Y'CbCr.

    The frame is tagged with its colour space, which ProRes writes into the header of each frame.
    """
    packed = _PACKED[picture.dtype.name, picture.shape[2]]
    frame = VideoFrame.from_numpy_buffer(np.ascontiguousarray(picture), format=packed)
    is_ycbcr = _is_ycbcr(pixel_format)
    planes = frame.reformat(
        format=pixel_format,
        dst_colorspace=Colorspace(colour.matrix),
        dst_color_range=ColorRange.MPEG if is_ycbcr else ColorRange.JPEG,
        interpolation=_TO_PLANES,
        threads=_THREADS if picture.shape[0] * picture.shape[1] > _LARGE else 1,
    )
    planes.color_primaries = colour.primaries
    planes.color_trc = colour.transfer if is_ycbcr else _SRGB_TRANSFER
    return planes


def frame_of_planes(planes: NDArray[np.uint8]) -> VideoFrame:
    """Y'CbCr of BT.709 in limited range [3/2 H, W] as a frame for an encoder that takes :data:`PLANAR`. Not copied."""
    frame = VideoFrame.from_numpy_buffer(planes, format=PLANAR)
    frame.colorspace = _BT709
    frame.color_range = ColorRange.MPEG
    frame.color_primaries = _BT709
    frame.color_trc = _BT709
    return frame


def tag_encoder(encoder: VideoCodecContext, pixel_format: str, colour: Colour = BT709) -> None:
    """Say in the stream what :func:`planes_from_rgb` did; encoders do not take it from the frames."""
    is_ycbcr = _is_ycbcr(pixel_format)
    encoder.colorspace = colour.matrix if is_ycbcr else _RGB_MATRIX
    encoder.color_primaries = colour.primaries
    encoder.color_trc = colour.transfer if is_ycbcr else _SRGB_TRANSFER
    encoder.color_range = ColorRange.MPEG if is_ycbcr else ColorRange.JPEG


def rgb_from_planes(frame: VideoFrame) -> NDArray[np.uint8]:
    """A decoded frame as an upright picture [H, W, 3], by its matrix, range and rotation tags."""
    picture = frame.reformat(
        format="rgb24",
        src_colorspace=source_matrix(frame),
        interpolation=_TO_RGB,
        threads=1,
    ).to_ndarray()
    return np.rot90(np.asarray(picture, dtype=np.uint8), frame.rotation // 90)


def upright_size(frame: VideoFrame) -> PixelSize:
    """The size of the picture that :func:`rgb_from_planes` makes of a decoded frame."""
    if frame.rotation // 90 % 2:
        return PixelSize(width=frame.height, height=frame.width)
    return PixelSize(width=frame.width, height=frame.height)


def source_matrix(frame: VideoFrame) -> Colorspace | None:
    """The matrix to convert a decoded frame with; None is the one it states, else BT.601."""
    is_untagged_hd = frame.colorspace == _UNSPECIFIED and frame.height > _HD_HEIGHT
    return Colorspace.ITU709 if is_untagged_hd else None


def _is_ycbcr(pixel_format: str) -> bool:
    return pixel_format.startswith(("yuv", "p010", "nv12"))
