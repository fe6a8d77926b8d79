"""The encoders, and what each supports."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from artifex.media.encodings.encoding import Chroma, Container, Encoding, Engine, SoundCodec, VideoCodec

Pixel = tuple[int, Chroma, bool]
"""Bits a channel, chroma, and whether there is an alpha channel."""


@dataclass(frozen=True, slots=True)
class Encoder:
    """One of FFmpeg's video encoders. ``controls_rate``: whether it takes a crf or a bit rate."""

    name: str
    pixel_formats: Mapping[Pixel, str]
    containers: frozenset[Container]
    controls_rate: bool = True
    holds_hdr: bool = False
    least_side: int = 2
    worst_crf: int = 51
    good_crf: int = 18


def _formats(table: dict[Pixel, str]) -> Mapping[Pixel, str]:
    return MappingProxyType(table)


_X26 = _formats(
    {
        (8, "420", False): "yuv420p",
        (8, "422", False): "yuv422p",
        (8, "444", False): "yuv444p",
        (10, "420", False): "yuv420p10le",
        (10, "422", False): "yuv422p10le",
        (10, "444", False): "yuv444p10le",
    }
)
_LOW = _formats({(8, "420", False): "yuv420p", (10, "420", False): "yuv420p10le"})
_NVENC = _formats({(8, "420", False): "yuv420p", (10, "420", False): "p010le"})
_ANY: frozenset[Container] = frozenset(("mp4", "mov", "mkv"))
_OPEN: frozenset[Container] = frozenset(("mp4", "mkv", "webm"))

ENCODERS: Mapping[tuple[VideoCodec, Engine], Encoder] = MappingProxyType(
    {
        ("h264", "software"): Encoder("libx264", _X26, _ANY),
        ("hevc", "software"): Encoder("libx265", _X26, _ANY, holds_hdr=True, least_side=32, good_crf=20),
        # Below 64 pixels SVT-AV1 refuses some sizes and hangs on others.
        ("av1", "software"): Encoder("libsvtav1", _LOW, _OPEN, True, True, least_side=64, worst_crf=63, good_crf=24),
        ("prores", "software"): Encoder(
            "prores_ks",
            _formats(
                {
                    (10, "422", False): "yuv422p10le",
                    (10, "444", False): "yuv444p10le",
                    (10, "444", True): "yuva444p10le",
                }
            ),
            frozenset(("mov", "mkv")),
            controls_rate=False,
        ),
        ("vp9", "software"): Encoder(
            "libvpx-vp9",
            _formats(
                {(8, "420", False): "yuv420p", (8, "420", True): "yuva420p", (8, "444", False): "yuv444p"},
            ),
            _OPEN,
            worst_crf=63,
            good_crf=24,
        ),
        ("ffv1", "software"): Encoder(
            "ffv1",
            _formats(
                {
                    (8, "444", False): "bgr0",
                    (8, "444", True): "bgra",
                    (10, "444", False): "gbrp10le",
                    (16, "444", False): "gbrp16le",
                    (16, "444", True): "gbrap16le",
                }
            ),
            frozenset(("mkv",)),
            controls_rate=False,
        ),
        ("h264", "nvenc"): Encoder("h264_nvenc", _formats({(8, "420", False): "yuv420p"}), _ANY, least_side=146),
        ("hevc", "nvenc"): Encoder("hevc_nvenc", _NVENC, _ANY, least_side=146),
        ("av1", "nvenc"): Encoder("av1_nvenc", _NVENC, _OPEN, least_side=192),
    }
)

STILLS: Mapping[VideoCodec, frozenset[tuple[int, bool]]] = MappingProxyType(
    {
        "png": frozenset(((8, False), (8, True), (16, False), (16, True))),
        "exr": frozenset(((16, False), (16, True))),
    }
)
"""Bits and alpha that folders of pictures can have."""

SOUNDS: Mapping[Container, frozenset[SoundCodec]] = MappingProxyType(
    {
        "mp4": frozenset(("aac", "opus", "flac")),
        "mov": frozenset(("aac", "pcm")),
        "mkv": frozenset(("aac", "opus", "pcm", "flac")),
        "webm": frozenset(("opus",)),
        "folder": frozenset(),
    }
)


def encoder_for(encoding: Encoding) -> Encoder | None:
    """The encoder; None for folders of pictures, and for an engine that does not encode the codec."""
    return ENCODERS.get((encoding.codec, encoding.engine))
