"""The facts of a clip from its headers; only the first frame is decoded."""

from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from av.container import InputContainer
from av.video.reformatter import ColorRange
from av.video.stream import VideoStream

from artifex.errors import BadReference
from artifex.media.colour import upright_size
from artifex.media.untrusted import MAX_PIXELS, open_media, video_stream
from artifex.units import PixelSize, parse_fraction


@dataclass(frozen=True, slots=True)
class ColourTags:
    """Code points of ITU-T H.273 (1 is BT.709, 2 is unspecified); range None is unspecified."""

    matrix: int
    primaries: int
    transfer: int
    full_range: bool | None


@dataclass(frozen=True, slots=True)
class SoundProbe:
    codec: str
    sample_rate: int
    """Samples a second, per channel."""
    channels: int


@dataclass(frozen=True, slots=True)
class Probe:
    """Facts of a clip. ``duration`` is that of the pictures, in seconds; a sound may be longer."""

    container: str
    codec: str
    width: int
    height: int
    frame_rate: Fraction
    frame_count: int
    duration: Fraction
    pixel_format: str
    colour: ColourTags
    sound: SoundProbe | None


def probe(path: Path) -> Probe:
    """The facts of a video. Width and height in pixels, upright, as `frames` gives them.

    Raises BadReference when ``path`` is no video, cut or damaged, or states no frame rate.
    """
    with open_media(path) as container:
        stream = video_stream(container, path)
        if not stream.average_rate or stream.pix_fmt is None:
            raise BadReference(f"{path} states no frame rate or picture format; it is cut or damaged.")
        frame_rate = _fraction(stream.average_rate)
        frame_count = stream.frames or _count_packets(container, stream)
        size = _upright_size(container, stream, path)
        return Probe(
            container=container.format.name,
            codec=stream.codec.canonical_name,
            width=size.width,
            height=size.height,
            frame_rate=frame_rate,
            frame_count=frame_count,
            duration=frame_count / frame_rate,
            pixel_format=stream.pix_fmt,
            colour=colour_tags(stream),
            sound=_sound(container),
        )


def plain(facts: Probe) -> dict[str, Any]:
    """Facts as plain data, for :func:`read_probe`."""
    return {**asdict(facts), "frame_rate": str(facts.frame_rate), "duration": str(facts.duration)}


def read_probe(value: Any) -> Probe:
    """The facts that another process sent, which are untrusted and so are checked.

    Raises ValueError, TypeError, LookupError, AttributeError or ArithmeticError for what makes no sense.
    """
    rate, count = parse_fraction(value["frame_rate"]), int(value["frame_count"])
    width, height = int(value["width"]), int(value["height"])
    if rate <= 0 or count < 0 or min(width, height) < 1 or width * height > MAX_PIXELS:
        raise ValueError("not facts of a clip")
    colour, sound = value["colour"], value["sound"]
    full_range = colour["full_range"]
    return Probe(
        container=str(value["container"]),
        codec=str(value["codec"]),
        width=width,
        height=height,
        frame_rate=rate,
        frame_count=count,
        duration=count / rate,
        pixel_format=str(value["pixel_format"]),
        colour=ColourTags(
            int(colour["matrix"]),
            int(colour["primaries"]),
            int(colour["transfer"]),
            None if full_range is None else bool(full_range),
        ),
        sound=None
        if sound is None
        else SoundProbe(str(sound["codec"]), int(sound["sample_rate"]), int(sound["channels"])),
    )


def _count_packets(container: InputContainer, stream: VideoStream) -> int:
    # Matroska states no count. Every packet holds one frame; the last, empty one is the end marker.
    return sum(1 for packet in container.demux(stream) if packet.size)


def _upright_size(container: InputContainer, stream: VideoStream, path: Path) -> PixelSize:
    # PyAV tells the rotation of frames only, not that of a stream.
    container.seek(0)
    first = next(container.decode(stream), None)
    if first is None:
        raise BadReference(f"{path} holds no frame that can be decoded; it is cut or damaged.")
    return upright_size(first)


def _fraction(ratio: Fraction) -> Fraction:
    # PyAV 19 has a type of its own in place of Fraction.
    return Fraction(ratio.numerator, ratio.denominator)


def colour_tags(stream: VideoStream) -> ColourTags:
    """The colour tags that a stream states."""
    decoder = stream.codec_context
    return ColourTags(
        matrix=int(decoder.colorspace),
        primaries=int(decoder.color_primaries),
        transfer=int(decoder.color_trc),
        full_range={ColorRange.MPEG: False, ColorRange.JPEG: True}.get(ColorRange(decoder.color_range)),
    )


def _sound(container: InputContainer) -> SoundProbe | None:
    if not container.streams.audio:
        return None
    stream = container.streams.audio[0]
    return SoundProbe(stream.codec.canonical_name, stream.sample_rate, stream.channels)
