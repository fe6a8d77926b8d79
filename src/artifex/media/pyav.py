"""Typed wrappers of calls that PyAV's own stubs leave untyped."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from av import AudioFrame, VideoFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream


def add_video(
    container: OutputContainer, encoder: str, frame_rate: Fraction, options: Mapping[str, str]
) -> VideoStream:
    untyped: Any = container
    return untyped.add_stream(encoder, rate=frame_rate, options=dict(options))


def add_audio(container: OutputContainer, encoder: str, sample_rate: int) -> AudioStream:
    untyped: Any = container
    return untyped.add_stream(encoder, rate=sample_rate)


def encode_into(
    container: OutputContainer, stream: VideoStream | AudioStream, frame: VideoFrame | AudioFrame | None
) -> None:
    """Encode ``frame``, or flush on None, and mux the packets that come out."""
    encoder: Any = stream
    muxer: Any = container
    muxer.mux(encoder.encode(frame))


def has_decoder(stream: VideoStream) -> bool:
    """Whether PyAV made a decoder; without one the stream has no ``codec_context``, whatever the stubs say."""
    untyped: Any = stream
    return untyped.codec_context is not None
