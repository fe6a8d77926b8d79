"""The decoder for a stream: FFmpeg's choice, except where that would lose the alpha channel."""

from typing import Any

from av import CodecContext
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from artifex.media.untrusted import MAX_PIXELS

_WITH_ALPHA = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
"""FFmpeg's own decoders of these silently drop the alpha channel."""


def decoder_for(stream: VideoStream) -> VideoCodecContext:
    """The decoder, which refuses pictures above ``MAX_PIXELS``."""
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
