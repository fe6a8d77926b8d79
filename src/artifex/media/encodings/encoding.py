"""What somebody chooses when they export a film."""

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
    """The same quality throughout, by the encoder's own scale: lower is better and larger. None is a good one."""

    crf: int | None = None


@dataclass(frozen=True, slots=True)
class ConstantRate:
    """The same bits a second throughout, for channels of a fixed width."""

    bits_per_second: int


@dataclass(frozen=True, slots=True)
class VariableRate:
    """Bits a second on average and at most."""

    bits_per_second: int
    peak: int


RateControl = Quality | ConstantRate | VariableRate


@dataclass(frozen=True, slots=True)
class Mastering:
    """The screen a film in HDR10 was graded on (SMPTE ST 2086): of the primaries P3-D65, luminances in cd/m²."""

    most_luminance: int = 1000
    least_luminance: float = 0.005
    most_content: int = 1000
    """The brightest pixel of all."""
    most_average: int = 400
    """The brightest frame's mean."""


@dataclass(frozen=True, slots=True)
class SoundEncoding:
    codec: SoundCodec = "aac"
    bits_per_second: int = 192_000
    """Of AAC and Opus; the others lose nothing and take what they need."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """``bits`` a channel. With ``hdr`` the frames given are R'G'B' of BT.2020 in PQ; otherwise they are of BT.709."""

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
    """Frames from one at which players can begin to the next; None leaves it to the encoder."""
    hdr: Mastering | None = None
    sound: SoundEncoding = field(default_factory=SoundEncoding)

    @property
    def suffix(self) -> str:
        return "" if self.container == "folder" else f".{self.container}"
