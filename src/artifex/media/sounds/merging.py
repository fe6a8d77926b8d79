"""Merges a clip and a sound into one file; the pictures are copied, not encoded again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer, OutputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from artifex.errors import BadField, BadReference
from artifex.files import publish
from artifex.media.container import WHOLE_FILE
from artifex.media.encodings.encoders import SOUNDS
from artifex.media.encodings.encoding import Container, SoundEncoding
from artifex.media.encodings.sound import SoundStream, StreamedTrack
from artifex.media.recipe_tag import container_tags, recipe_text
from artifex.media.sounds.sound_reader import SoundReader
from artifex.media.untrusted import FOOTAGE, file_url, open_media, video_stream

_SAMPLE_RATE = 48_000
_MUXERS: dict[str, tuple[Container, str]] = {
    ".mp4": ("mp4", "mp4"),
    ".mov": ("mov", "mov"),
    ".mkv": ("mkv", "matroska"),
    ".webm": ("webm", "webm"),
}
_AAC = SoundEncoding()


def merge(clip: Path, sound: Path, target: Path, encoding: SoundEncoding = _AAC) -> int:
    """Write ``clip``'s pictures with ``sound``'s sound to ``target``, cut to the shorter; return the number of frames.

    Where the pictures are longer, they are cut where no kept frame is shown after one cut off: up to a few frames early
    where frames are stored out of order. A recipe that the clip carries stays with the pictures that it made. The file
    appears whole or not at all. Raises BadReference for what is cut or
    damaged, or shorter than a frame, BadField for a container that cannot hold the pictures or the sound, OutOfSpace,
    NotWritable.
    """
    muxer = _muxer(target, encoding)
    with SoundReader(sound, _SAMPLE_RATE) as reader, open_media(clip, FOOTAGE) as source:
        stream = video_stream(source, clip)
        cut = _cut(source, stream, Fraction(reader.sample_count, _SAMPLE_RATE), clip)
        track = SoundStream(reader.chunks(0, int(cut.seconds * _SAMPLE_RATE)), _SAMPLE_RATE)
        recipe = recipe_text(source.metadata)
        with publish(target) as temporary, _opened(temporary, muxer, target) as container:
            container.metadata.update({} if recipe is None else container_tags(recipe))
            copied = _copied_stream(container, stream, target)
            copied.codec_context.codec_tag = stream.codec_context.codec_tag if muxer in ("mp4", "mov") else "\0\0\0\0"
            made = StreamedTrack(container, track, encoding)
            _copy(source, stream, container, copied, cut, made)
            made.finish(cut.seconds)
    return cut.packets


def _copied_stream(container: OutputContainer, stream: VideoStream, target: Path) -> Any:
    try:
        return container.add_stream_from_template(stream)
    except ValueError as error:  # PyAV knows what each container holds
        raise _cannot_hold(target) from error


def _cannot_hold(target: Path) -> BadField:
    return BadField("container", f"{target.name} cannot hold the clip's pictures; use mkv.")


@dataclass(frozen=True, slots=True)
class _Cut:
    """How many packets are kept from the first on, the time of the first frame, and how long they are shown."""

    packets: int
    start: int
    seconds: Fraction


def _muxer(target: Path, encoding: SoundEncoding) -> str:
    found = _MUXERS.get(target.suffix.lower())
    if found is None:
        raise BadField("container", f"A clip ends in {', '.join(_MUXERS)}; name it so, not {target.name}.")
    if encoding.codec not in SOUNDS[found[0]]:
        raise BadField("sound.codec", f"A sound in {found[0]} is {' or '.join(sorted(SOUNDS[found[0]]))}.")
    return found[1]


def _cut(source: InputContainer, stream: VideoStream, seconds: Fraction, clip: Path) -> _Cut:
    """The latest cut, in the file's order, that lasts no more than ``seconds`` and has every packet before it shown
    before all those after it."""
    base = Fraction(stream.time_base or 1)
    shown = [
        (packet.pts, packet.duration or 0) for packet in source.demux(stream) if packet.size and packet.pts is not None
    ]
    if not shown:
        raise BadReference(f"{clip} holds no frames; give a whole clip.")
    times = [time for time, _ in shown]
    start, latest = min(times), shown[0][0]
    first_after = _lowest_behind(times)
    best: _Cut | None = None
    for count, (time, length) in enumerate(shown, 1):
        latest = max(latest, time)
        following = first_after[count]
        end = following if following is not None else latest + length
        if latest < end and (end - start) * base <= seconds + Fraction(1, 1000):
            best = _Cut(count, start, (end - start) * base)
    if best is None:
        raise BadReference("The sound is shorter than one frame; give a longer one.")
    return best


def _lowest_behind(times: list[int]) -> list[int | None]:
    """For each count of packets the earliest time of all that follow them."""
    lowest: list[int | None] = [None] * (len(times) + 1)
    for index in range(len(times) - 1, 0, -1):
        behind = lowest[index + 1]
        lowest[index] = times[index] if behind is None else min(times[index], behind)
    return lowest


def _copy(
    source: InputContainer, stream: VideoStream, container: Any, copied: Any, cut: _Cut, track: StreamedTrack
) -> None:
    source.seek(cut.start, stream=stream, backward=True)
    count = 0
    for packet in source.demux(stream):
        if not packet.size or packet.pts is None:
            continue
        if count == cut.packets:
            return
        count += 1
        packet.pts -= cut.start
        if packet.dts is not None:
            packet.dts -= cut.start
        now = Fraction(packet.pts) * Fraction(packet.time_base)
        packet.stream = copied
        container.mux(packet)
        track.encode_until(min(cut.seconds, now))


@contextmanager
def _opened(path: Path, muxer: str, target: Path) -> Iterator[OutputContainer]:
    try:
        with av.open(file_url(path), "w", format=muxer, container_options=dict(WHOLE_FILE)) as container:
            yield container
    except FFmpegError as error:
        if isinstance(error, OSError) and error.errno:  # an error of the disk
            raise
        raise _cannot_hold(target) from error
