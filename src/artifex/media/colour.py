"""Between RGB pictures and the planes that encoders and decoders use.

Y'CbCr is written as BT.709 in limited range, the one choice every player agrees on (ITU-R BT.709-6,
part 3), and read by the tags in the file.
"""

import numpy as np
from av import VideoFrame
from av.video.codeccontext import VideoCodecContext
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from numpy.typing import NDArray

# Bicubic chroma is worth 2 to 4 dB over swscale's default on saturated edges. Bit-exact code makes the
# result independent of the processor's vector width.
_EXACT = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.BITEXACT
_TO_PLANES = _EXACT | Interpolation.FULL_CHR_H_INP
_TO_RGB = _EXACT | Interpolation.FULL_CHR_H_INT

# Code points of ITU-T H.273, which FFmpeg's enumerations follow.
_BT709 = 1
_SRGB_TRANSFER = 13
_RGB_MATRIX = 0
_UNSPECIFIED = 2

_HD_HEIGHT = 576
"""Untagged video taller than this is BT.709, otherwise BT.601, as players assume."""


def planes_from_rgb(picture: NDArray[np.uint8], pixel_format: str) -> VideoFrame:
    """One picture [H, W, 3] as a frame for the encoder: BT.709 limited range if ``pixel_format`` is Y'CbCr."""
    frame = VideoFrame.from_numpy_buffer(np.ascontiguousarray(picture), format="rgb24")
    return frame.reformat(
        format=pixel_format,
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.MPEG if pixel_format.startswith("yuv") else ColorRange.JPEG,
        interpolation=_TO_PLANES,
        threads=1,
    )


def tag_encoder(encoder: VideoCodecContext, pixel_format: str) -> None:
    """Say in the stream what :func:`planes_from_rgb` did; encoders do not take it from the frames."""
    is_ycbcr = pixel_format.startswith("yuv")
    encoder.colorspace = _BT709 if is_ycbcr else _RGB_MATRIX
    encoder.color_primaries = _BT709
    encoder.color_trc = _BT709 if is_ycbcr else _SRGB_TRANSFER
    encoder.color_range = ColorRange.MPEG if is_ycbcr else ColorRange.JPEG


def rgb_from_planes(frame: VideoFrame) -> NDArray[np.uint8]:
    """A decoded frame as an upright picture [H, W, 3], by its matrix, range and rotation tags."""
    untagged_hd = frame.colorspace == _UNSPECIFIED and frame.height > _HD_HEIGHT
    picture = frame.reformat(
        format="rgb24",
        src_colorspace=Colorspace.ITU709 if untagged_hd else None,
        interpolation=_TO_RGB,
        threads=1,
    ).to_ndarray()
    return np.rot90(np.asarray(picture, dtype=np.uint8), frame.rotation // 90)
