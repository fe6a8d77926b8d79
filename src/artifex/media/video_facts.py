"""Measures an untrusted video instead of trusting its header: packets are counted, and the first frames decoded."""

from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream
from numpy.typing import NDArray

from artifex.errors import BadReference
from artifex.media.colour import rgb_from_planes
from artifex.media.limits import VIDEOS
from artifex.media.reading.index import average_rate, is_steady
from artifex.media.sound_facts import check_sound_codec
from artifex.media.thumbnails import Poster
from artifex.media.untrusted import MAX_PIXELS

_FRAMES_LOOKED_AT = 48
"""How many frames are decoded in search of one that is not blank."""


def moving_stream(container: InputContainer) -> VideoStream | None:
    """The first video stream that is not a cover picture."""
    streams = (stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic)
    return next(streams, None)


def look_at_video(path: Path, container: InputContainer) -> tuple[dict[str, Any], NDArray[np.uint8]]:
    """The facts of a video, and its first frame that is not blank, [height, width, 3]. Raises BadReference."""
    stream = moving_stream(container)
    if stream is None:
        raise BadReference(f"{path} holds no moving picture; give a video.")
    _check_streams(path, container)
    _check_codec(path, stream)
    frame_count, seconds, is_constant = _measure(path, container, stream)
    frame_rate = _rate(path, stream, frame_count, seconds, is_constant)
    frame = _first_frame(path, container, stream)
    facts = {
        "width": frame.shape[1],
        "height": frame.shape[0],
        "frame_rate": str(frame_rate),
        "frame_count": frame_count,
        "seconds": float(seconds),
        "codec": stream.codec.canonical_name,
        "sound": len(container.streams.audio) > 0,
    }
    return facts, frame


def _check_streams(path: Path, container: InputContainer) -> None:
    watched = len(container.streams.video) + len(container.streams.audio)
    if watched > VIDEOS.most_streams or len(container.streams) > VIDEOS.most_streams_of_any_kind:
        raise BadReference(f"{path} holds more streams than the {VIDEOS.most_streams} that are taken; export it again.")
    if container.streams.subtitles or container.streams.attachments:
        raise BadReference(f"{path} holds subtitles or other files; export it with pictures and sound only.")
    for sound in container.streams.audio:
        check_sound_codec(path, sound)


def _check_codec(path: Path, stream: VideoStream) -> None:
    decoder: Any = stream.codec_context
    if decoder is None or stream.codec.canonical_name not in VIDEOS.codecs:
        raise BadReference(f"{path} is encoded in a way that is not taken here; export it as H.264, HEVC, AV1 or VP9.")
    if not 1 <= min(stream.width, stream.height) <= max(stream.width, stream.height) <= VIDEOS.most_side:
        raise BadReference(
            f"{path} is {stream.width}x{stream.height}; give a video of at most {VIDEOS.most_side} pixels a side."
        )


def _measure(path: Path, container: InputContainer, stream: VideoStream) -> tuple[int, Fraction, bool]:
    """Frames, seconds from the first to the end of the last, and whether all last equally long, by what is there and
    not by what the header says."""
    base = Fraction(stream.time_base or 0)
    count, first, last, length = 0, None, 0, 0
    times: list[int] = []
    for packet in container.demux(stream):
        if not packet.size:
            continue
        count += 1
        at = packet.pts if packet.pts is not None else packet.dts
        if at is not None:
            times.append(at)
            first = at if first is None else min(first, at)
            last = max(last, at + (packet.duration or 0))
            length = (last - first) * base
        if count > VIDEOS.most_frames or length > VIDEOS.most_seconds:
            raise BadReference(
                f"{path} is longer than {VIDEOS.most_seconds // 60} minutes or {VIDEOS.most_frames:,} frames; cut it."
            )
    if count == 0:
        raise BadReference(f"{path} holds no frames; give a whole video.")
    return count, Fraction(length), is_steady(np.sort(np.array(times, np.int64)))


def _rate(path: Path, stream: VideoStream, frame_count: int, seconds: Fraction, is_constant: bool) -> Fraction:
    """As the header says, or on average where the rate varies: there it says anything."""
    stated = stream.average_rate
    rate = Fraction(stated.numerator, stated.denominator) if stated else Fraction(0)
    real = frame_count / seconds if seconds > 0 else rate
    if not all(VIDEOS.least_rate <= each <= VIDEOS.most_rate for each in (rate, real)):
        raise BadReference(
            f"{path} has {float(real):.3g} frames a second; {VIDEOS.least_rate} to {VIDEOS.most_rate} are taken."
        )
    return rate if is_constant else average_rate(frame_count, seconds)


def _first_frame(path: Path, container: InputContainer, stream: VideoStream) -> NDArray[np.uint8]:
    container.seek(0)
    stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
    size = stream.width, stream.height
    poster = Poster()
    for frame in islice(container.decode(stream), _FRAMES_LOOKED_AT):
        if (frame.width, frame.height) != size:
            raise BadReference(f"{path} changes its size on the way; export it again.")
        poster.look_at(rgb_from_planes(frame))
        if poster.is_found:
            break
    if poster.picture is None:
        raise BadReference(f"{path} holds no frame that can be decoded; it is cut or damaged.")
    return poster.picture
