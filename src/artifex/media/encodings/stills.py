"""Writes frames as single files with more than eight bits, or with alpha."""

from typing import Any, BinaryIO

import numpy as np
from av import CodecContext, VideoFrame
from numpy.typing import NDArray

from artifex.media.encodings.encoding import Encoding
from artifex.media.picture_sequence import Png, Still

_HALF = "1"
_LINEAR, _BT709 = 8, 1


def still_for(encoding: Encoding) -> Still:
    if encoding.codec == "exr":
        return Exr()
    return DeepPng() if encoding.bits == 16 else Png(None)


class DeepPng:
    """PNG of sixteen bits; uint8 is widened."""

    suffix = ".png"

    def save(self, picture: NDArray[Any], file: BinaryIO) -> None:
        wide = _sixteen_bits(picture)
        name = "rgb48be" if picture.shape[2] == 3 else "rgba64be"
        file.write(_encoded("png", VideoFrame.from_ndarray(wide, format=name), {"compression_level": "3"}))


class Exr:
    """OpenEXR of half floats in linear light, as compositing programs expect: 1.0 is white. Alpha is straight."""

    suffix = ".exr"

    def save(self, picture: NDArray[Any], file: BinaryIO) -> None:
        signal: NDArray[np.float32] = _sixteen_bits(picture).astype(np.float32) / np.float32(65535)
        signal[..., :3] = _linear(signal[..., :3])
        name = "gbrpf32le" if picture.shape[2] == 3 else "gbrapf32le"
        frame = VideoFrame.from_ndarray(np.ascontiguousarray(signal), format=name)
        file.write(_encoded("exr", frame, {"format": _HALF, "compression": "zip16"}))


def _sixteen_bits(picture: NDArray[Any]) -> NDArray[np.uint16]:
    return picture.astype(np.uint16) * np.uint16(257) if picture.dtype == np.uint8 else picture


def _linear(signal: NDArray[np.float32]) -> NDArray[np.float32]:
    """The transfer function of sRGB (IEC 61966-2-1), by which screens show R'G'B'."""
    return np.where(signal <= 0.04045, signal / 12.92, ((signal + 0.055) / 1.055) ** 2.4).astype(np.float32)


def _encoded(encoder: str, frame: VideoFrame, options: dict[str, str]) -> bytes:
    context: Any = CodecContext.create(encoder, "w")
    context.width, context.height, context.pix_fmt = frame.width, frame.height, frame.format.name
    context.options = options
    if encoder == "exr":
        context.color_trc, context.color_primaries = _LINEAR, _BT709
    return b"".join(bytes(packet) for each in (frame, None) for packet in context.encode(each))
