"""The codecs in which a clip can be written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

from artifex.errors import BadInput, UnknownName
from artifex.media.colour import BT709, PLANAR, Colour


@dataclass(frozen=True, slots=True)
class StreamCodec:
    """A video stream in a container, by FFmpeg's names for encoder, muxer and pixel format."""

    name: str
    suffix: str
    encoder: str
    muxer: str
    pixel_format: str
    options: Mapping[str, str] = field(hash=False)
    min_side: int = 2
    """The least width and height, in pixels, that the encoder takes."""
    fourcc: str | None = None
    """The sample entry to write where the muxer's own choice is not the one players expect."""
    colour: Colour = BT709
    holds_sound: ClassVar[bool] = True

    @property
    def takes_planes(self) -> bool:
        """Whether its encoder may be given frames as planes."""
        return self.pixel_format == PLANAR and self.colour == BT709

    @property
    def halves_chroma(self) -> bool:
        """Whether colour is stored for blocks of 2x2 pixels, so that both sides must be even."""
        return self.pixel_format.startswith("yuv420p")


@dataclass(frozen=True, slots=True)
class PictureSequence:
    """A folder of numbered PNG files."""

    name: str
    suffix: str
    holds_sound: ClassVar[bool] = False


Codec = StreamCodec | PictureSequence

X264_AT_A_QUALITY: Mapping[str, str] = MappingProxyType({"preset": "fast", "rc-lookahead": "10"})
"""The quality and size of x264's preset medium in three quarters of the time. With a shorter lookahead, fewer frames
are still to be encoded after the last one has come (docs/performance.md)."""

H264 = StreamCodec(
    "h264",
    ".mp4",
    "libx264",
    "mp4",
    "yuv420p",
    MappingProxyType({"crf": "16", **X264_AT_A_QUALITY}),
)
HEVC = StreamCodec(
    "hevc",
    ".mp4",
    "libx265",
    "mp4",
    "yuv420p",
    MappingProxyType(
        {
            "crf": "18",
            "preset": "fast",
            # Threads are fixed because their number changes the bits. No B-frames: with them, x265 leaves
            # the decoding times of clips under three frames uninitialised.
            "x265-params": "log-level=none:pools=4:frame-threads=2:bframes=0",
        }
    ),
    min_side=32,
    fourcc="hvc1",  # Apple's players refuse FFmpeg's default, hev1
)
AV1 = StreamCodec(
    "av1",
    ".mp4",
    "libsvtav1",
    "mp4",
    "yuv420p",
    MappingProxyType({"crf": "16", "preset": "8"}),  # from preset 10 on SVT-AV1 4.1 leaves stale blocks
    min_side=64,  # below, SVT-AV1 refuses some sizes and hangs on others
)
FFV1 = StreamCodec(
    "ffv1",
    ".mkv",
    "ffv1",
    "matroska",
    "bgr0",
    # Level 3 is the first with checksums (RFC 9043, 4.2); every frame is a key frame, for exact seeking.
    MappingProxyType({"level": "3", "g": "1", "slices": "4", "slicecrc": "1"}),
)
PNG = PictureSequence("png", "")

CODECS: Mapping[str, Codec] = MappingProxyType({codec.name: codec for codec in (H264, HEVC, AV1, FFV1, PNG)})


def codec_for(path: Path, name: str | None = None) -> Codec:
    """The codec called ``name``, or the customary one for the suffix of ``path``.

    No suffix means a folder of PNG files. Raises UnknownName for a name or suffix that is not in the
    table, BadInput when the two do not go together.
    """
    suffix = path.suffix.lower()
    if name is None:
        codec = next((codec for codec in CODECS.values() if codec.suffix == suffix), None)
        if codec is None:
            raise UnknownName(f"No kind of clip ends in {suffix!r:.20}; use .mp4, .mkv or a folder name without a dot.")
        return codec
    if name not in CODECS:
        raise UnknownName(f"There is no codec {name!r:.40}; choose one of {', '.join(CODECS)}.")
    codec = CODECS[name]
    if codec.suffix != suffix:
        wanted = f"as {codec.suffix}" if codec.suffix else "to a folder name without a dot"
        raise BadInput(f"{codec.name} is written {wanted}; change the output or the codec.")
    return codec
