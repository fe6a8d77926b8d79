"""Limits on untrusted pictures, videos and sounds. They are set by the server, never by a client."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """Sides in pixels."""

    least_side: int = 16
    most_side: int = 16_384
    most_pixels: int = 40_000_000


@dataclass(frozen=True, slots=True)
class VideoLimits:
    """``most_streams`` counts video and audio streams; ``most_streams_of_any_kind`` also those of data."""

    most_side: int = 4096
    most_seconds: int = 600
    most_frames: int = 36_000
    least_rate: int = 1
    most_rate: int = 120
    most_streams: int = 4
    most_streams_of_any_kind: int = 16
    codecs: frozenset[str] = frozenset(("h264", "hevc", "av1", "vp8", "vp9", "mpeg4", "prores", "ffv1", "png", "mjpeg"))
    """By FFmpeg's canonical names."""


@dataclass(frozen=True, slots=True)
class SoundLimits:
    most_seconds: int = 600
    least_rate: int = 4000
    most_rate: int = 192_000
    most_channels: int = 8
    codecs: frozenset[str] = frozenset(("aac", "mp3", "opus", "vorbis", "flac", "alac"))
    """By FFmpeg's canonical names; besides them linear PCM of any width."""


PICTURES = PictureLimits()
VIDEOS = VideoLimits()
SOUNDS = SoundLimits()
