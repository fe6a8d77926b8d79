"""An encoding as FFmpeg's encoder, muxer and options."""

from types import MappingProxyType

from artifex.media.codecs import StreamCodec
from artifex.media.colour import BT709, HDR10
from artifex.media.encodings.checks import check_encoding
from artifex.media.encodings.encoders import encoder_for
from artifex.media.encodings.encoding import Encoding
from artifex.media.encodings.options import encoder_options

_MUXERS = {"mp4": "mp4", "mov": "mov", "mkv": "matroska", "webm": "webm"}


def stream_codec(encoding: Encoding) -> StreamCodec:
    """Raises BadField for what cannot be written, and ValueError for a folder of pictures."""
    check_encoding(encoding)
    encoder = encoder_for(encoding)
    if encoder is None:
        raise ValueError(f"{encoding.codec} is no stream")
    return StreamCodec(
        name=encoding.codec,
        suffix=encoding.suffix,
        encoder=encoder.name,
        muxer=_MUXERS[encoding.container],
        pixel_format=encoder.pixel_formats[encoding.bits, encoding.chroma, encoding.alpha],
        options=MappingProxyType(encoder_options(encoding, encoder)),
        min_side=encoder.least_side,
        # Apple's players refuse FFmpeg's default, hev1.
        fourcc="hvc1" if encoding.codec == "hevc" and encoding.container in ("mp4", "mov") else None,
        colour=BT709 if encoding.hdr is None else HDR10,
    )
