"""Playlists: which segments there are, in which order, and which renditions of them (RFC 8216)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

_VERSION = 7
"""Fragmented mp4 needs it."""


@dataclass(frozen=True, slots=True)
class Segment:
    """``init`` and ``uri`` are relative to the playlist."""

    uri: str
    seconds: Fraction
    init: str


@dataclass(frozen=True, slots=True)
class Variant:
    """A rendition of the pictures: its playlist, peak bit rate, size, frame rate, and codec names of RFC 6381."""

    uri: str
    bits_per_second: int
    width: int
    height: int
    frame_rate: Fraction
    codecs: str


def media_playlist(segments: Sequence[Segment]) -> str:
    """The playlist of all of one rendition's segments, the first with number 0."""
    longest = max((segment.seconds for segment in segments), default=Fraction(1))
    lines = [
        "#EXTM3U",
        f"#EXT-X-VERSION:{_VERSION}",
        f"#EXT-X-TARGETDURATION:{ceil(longest)}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
    ]
    init = None
    for segment in segments:
        if segment.init != init:
            if init is not None:
                lines.append("#EXT-X-DISCONTINUITY")
            init = segment.init
            lines.append(f'#EXT-X-MAP:URI="{init}"')
        lines += [f"#EXTINF:{float(segment.seconds):.6f},", segment.uri]
    return "\n".join([*lines, "#EXT-X-ENDLIST"]) + "\n"


def master_playlist(variants: Sequence[Variant], sound: str | None = None) -> str:
    """The playlist of all renditions; ``sound`` is the URI of the playlist of the sound that goes with each."""
    lines = ["#EXTM3U", f"#EXT-X-VERSION:{_VERSION}", "#EXT-X-INDEPENDENT-SEGMENTS"]
    if sound is not None:
        lines.append(f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="sound",DEFAULT=YES,AUTOSELECT=YES,URI="{sound}"')
    for variant in variants:
        facts = [
            f"BANDWIDTH={variant.bits_per_second}",
            f"RESOLUTION={variant.width}x{variant.height}",
            f"FRAME-RATE={float(variant.frame_rate):.3f}",
            f'CODECS="{variant.codecs}{"" if sound is None else ",mp4a.40.2"}"',
            *([] if sound is None else ['AUDIO="sound"']),
        ]
        lines += [f"#EXT-X-STREAM-INF:{','.join(facts)}", variant.uri]
    return "\n".join(lines) + "\n"
