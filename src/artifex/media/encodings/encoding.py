"""The settings with which a film is exported."""

from dataclasses import dataclass, field
from typing import Literal

VideoCodec = Literal["h264", "hevc", "av1", "prores", "vp9", "ffv1", "png", "exr"]
Container = Literal["mp4", "mov", "mkv", "webm", "folder"]
SoundCodec = Literal["aac", "opus", "pcm", "flac"]
Chroma = Literal["420", "422", "444"]
Speed = Literal["fast", "medium", "slow"]
ProResProfile = Literal["proxy", "lt", "standard", "hq", "4444", "4444xq"]
Engine = Literal["software", "nvenc"]


@dataclass(frozen=True, slots=True)
class Quality:
    """Constant quality on the encoder's own scale: lower is better and larger. None is the encoder's ``good_crf``."""

    crf: int | None = None


@dataclass(frozen=True, slots=True)
class ConstantRate:
    """Constant bit rate, for channels of a fixed bandwidth."""

    bits_per_second: int


@dataclass(frozen=True, slots=True)
class VariableRate:
    """Bits a second on average and at most."""

    bits_per_second: int
    peak: int


RateControl = Quality | ConstantRate | VariableRate


@dataclass(frozen=True, slots=True)
class Mastering:
    """The display on which an HDR10 film was graded (SMPTE ST 2086), with P3-D65 primaries; luminances in cd/m²."""

    most_luminance: int = 1000
    least_luminance: float = 0.005
    most_content: int = 1000
    """Of the brightest pixel (MaxCLL)."""
    most_average: int = 400
    """The highest mean of a frame (MaxFALL)."""


@dataclass(frozen=True, slots=True)
class SoundEncoding:
    codec: SoundCodec = "aac"
    bits_per_second: int = 192_000
    """Of AAC and Opus; the others are lossless."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """``bits`` are per channel. With ``hdr`` frames have to be R'G'B' of BT.2020 in PQ, otherwise of BT.709."""

    codec: VideoCodec = "h264"
    container: Container = "mp4"
    rate: RateControl = field(default_factory=Quality)
    bits: Literal[8, 10, 16] = 8
    chroma: Chroma = "420"
    alpha: bool = False
    speed: Speed = "medium"
    engine: Engine = "software"
    profile: ProResProfile = "hq"
    """Of ProRes."""
    key_interval: int | None = None
    """Frames from one key frame to the next; None leaves it to the encoder."""
    hdr: Mastering | None = None
    sound: SoundEncoding = field(default_factory=SoundEncoding)

    @property
    def suffix(self) -> str:
        return "" if self.container == "folder" else f".{self.container}"
