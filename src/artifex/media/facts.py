"""Facts about a file's pictures and sound for users, as they come out of a decoder."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from av.audio.stream import AudioStream
from av.container import InputContainer
from PIL import ImageOps

from artifex.errors import BadReference
from artifex.media.identify import picture_format
from artifex.media.image import untrusted_image
from artifex.media.probe import ColourTags, colour_tags
from artifex.media.reading.frame_reader import FrameReader
from artifex.media.sounds.sound_reader import SoundReader
from artifex.media.untrusted import FOOTAGE, SOUNDS, file_kind, open_media
from artifex.media.video_facts import moving_stream
from artifex.units import PixelSize

_HEAD_BYTES = 32
_KINDS = (*SOUNDS, *(kind for kind in FOOTAGE if kind not in SOUNDS))
_ALPHA_BANDS = ("A", "a")


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """``size`` is upright, in the file's own pixels; ``rotation`` in degrees, counterclockwise, was applied."""

    codec: str
    size: PixelSize
    pixel_aspect: Fraction
    """Width of a pixel by its height, upright."""
    frame_rate: Fraction
    """On average, where the rate varies."""
    frame_count: int
    """Frames that are there."""
    missing_frames: int
    """Frames that the header promises, but that are not there."""
    rate_varies: bool
    rotation: int
    pixel_format: str
    bits: int
    has_alpha: bool
    is_interlaced: bool
    is_wide: bool
    """High dynamic range or wide primaries."""
    colour: ColourTags


@dataclass(frozen=True, slots=True)
class SoundFacts:
    """``sample_rate`` in samples a second, per channel; ``seconds`` counted from where the pictures begin."""

    codec: str
    sample_rate: int
    channels: int
    seconds: float


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """``size`` is upright, by the EXIF orientation."""

    codec: str
    size: PixelSize
    bits: int
    has_alpha: bool


@dataclass(frozen=True, slots=True)
class FileFacts:
    """``container`` by FFmpeg's name; a still picture has neither container nor length. ``streams``: all kinds."""

    kind: Literal["video", "audio", "image"]
    container: str = ""
    seconds: float = 0.0
    streams: int = 1
    video: VideoFacts | None = None
    sound: SoundFacts | None = None
    image: ImageFacts | None = None


def file_facts(path: Path) -> FileFacts:
    """The facts of a video, sound or picture, recognised by its content. Decodes some frames, and reads all packets.

    Raises BadReference for what is none of these, cut or damaged.
    """
    kind = file_kind(path)
    if picture_format(_head(path)) is not None:
        return FileFacts("image", image=_image(path))
    if kind not in _KINDS:
        raise BadReference(
            f"{path} is no file that is read here; give an mp4, mov, mkv, webm or ts video, a wav, flac, mp3, ogg or "
            "m4a sound, or a PNG, JPEG or WebP picture."
        )
    with open_media(path, _KINDS) as container:
        name, streams = container.format.name, len(container.streams)
        has_pictures = kind in FOOTAGE and moving_stream(container) is not None
        sound = _sound(path, container)
        if has_pictures:
            video, seconds = _video(path, container)
            return FileFacts("video", name, seconds, streams, video, sound)
    if sound is None:
        raise BadReference(f"{path} holds neither moving pictures nor a sound that can be decoded.")
    return FileFacts("audio", name, sound.seconds, streams, sound=sound)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD_BYTES)


def _png_bits(head: bytes) -> int | None:
    """Of each channel, by the header of a PNG, for Pillow hands out colours of sixteen bits as eight."""
    return head[24] if head[:8] == b"\x89PNG\r\n\x1a\n" and len(head) > 24 else None


def _image(path: Path) -> ImageFacts:
    with untrusted_image(path) as image:
        deep = image.mode.startswith("I;16") or image.mode == "I" or _png_bits(_head(path)) == 16
        has_alpha = image.has_transparency_data or any(band in image.getbands() for band in _ALPHA_BANDS)
        codec, upright = str(image.format).lower(), ImageOps.exif_transpose(image)
        size = PixelSize(width=upright.width, height=upright.height)
        return ImageFacts(codec, size, 16 if deep else 8, has_alpha)


def _video(path: Path, container: InputContainer) -> tuple[VideoFacts, float]:
    stream = moving_stream(container)
    with FrameReader(path) as reader:
        facts, index = reader.facts, reader.index
        if stream is None or stream.pix_fmt is None:
            raise BadReference(f"{path} states no picture format; it is cut or damaged.")
        video = VideoFacts(
            codec=stream.codec.canonical_name,
            size=facts.size,
            pixel_aspect=facts.pixel_aspect,
            frame_rate=facts.frame_rate,
            frame_count=reader.frame_count,
            missing_frames=index.missing,
            rate_varies=not index.is_constant,
            rotation=facts.rotation,
            pixel_format=stream.pix_fmt,
            bits=facts.bits,
            has_alpha=facts.has_alpha,
            is_interlaced=facts.is_interlaced,
            is_wide=facts.is_wide,
            colour=colour_tags(stream),
        )
        return video, float(index.seconds)


def _sound(path: Path, container: InputContainer) -> SoundFacts | None:
    """None where there is no sound that can be decoded, which is no error: the pictures still have facts."""
    if not container.streams.audio:
        return None
    stream: AudioStream = container.streams.audio[0]
    try:
        with SoundReader(path, max(1, stream.sample_rate)) as reader:
            seconds = reader.sample_count / max(1, stream.sample_rate)
    except BadReference:
        return None
    return SoundFacts(stream.codec.canonical_name, stream.sample_rate, stream.channels, seconds)
