"""The decoder for a stream: FFmpeg's choice, but where that choice would lose something."""

from typing import Any

from av import CodecContext
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from artifex.media.untrusted import MAX_PIXELS

_WITH_ALPHA = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
"""FFmpeg's own decoders of these drop the alpha channel without a word."""


def decoder_for(stream: VideoStream) -> VideoCodecContext:
    """Limited for files that may come from anywhere."""
    name = _WITH_ALPHA.get(stream.codec.canonical_name)
    says_alpha = next((value for key, value in stream.metadata.items() if key.lower() == "alpha_mode"), "0") == "1"
    if name is None or not says_alpha:
        stream.thread_type = "AUTO"
        return stream.codec_context
    create: Any = CodecContext.create
    decoder: VideoCodecContext = create(name, "r")
    decoder.extradata = stream.codec_context.extradata
    decoder.options = {"max_pixels": str(MAX_PIXELS)}
    return decoder
