"""Writes a whole film as a stream in several sizes, with its sound as a stream of its own."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
from av import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray

from artifex.errors import BadField
from artifex.files import write_atomically
from artifex.media.container import ContainerWriter
from artifex.media.encodings.checks import check_size
from artifex.media.encodings.encoding import Encoding, VariableRate
from artifex.media.encodings.sound import SoundStream
from artifex.media.hls.codec_names import codec_name
from artifex.media.hls.playlist import Segment, Variant, master_playlist, media_playlist
from artifex.media.hls.sound_segment import FRAME, RUN_UP, SoundSpan, write_sound_segment
from artifex.media.hls.video_segment import Place, segment_codec, segment_writer
from artifex.media.hls.window import SoundWindow
from artifex.media.published_folder import FolderKind, published_folder
from artifex.media.rescale import within
from artifex.units import PixelSize

MASTER = "master.m3u8"
STREAM = FolderKind(MASTER, "a stream")
_SOUND_BITS = 192_000


@dataclass(frozen=True, slots=True)
class Rendition:
    """A size of the film: at most ``height`` pixels high, and bits a second on average and at most."""

    height: int
    bits_per_second: int
    peak: int


LADDER = (
    Rendition(1080, 6_000_000, 9_000_000),
    Rendition(720, 3_000_000, 4_500_000),
    Rendition(360, 800_000, 1_200_000),
)


def write_stream(
    frames: Iterable[NDArray[Any]],
    frame_rate: Fraction,
    folder: Path,
    sound: SoundStream | None = None,
    ladder: Sequence[Rendition] = LADDER,
    segment_frames: int | None = None,
    encoding: Encoding | None = None,
) -> int:
    """Write ``frames`` [H, W, 3] to ``folder``, with ``master.m3u8`` in it; return how many frames there are.

    Renditions higher than the film are left out; if all are, the last of ``ladder`` is written in the film's own size.
    Segments have ``segment_frames``, four seconds by default, and the last what is left. The folder appears whole or
    not at all. Raises BadField, NotAvailable, OutOfSpace, NotWritable, and what the frames and the sound raise.
    """
    length = segment_frames or max(1, round(4 * frame_rate))
    iterator = iter(frames)
    first = next(iterator, None)
    if first is None:
        raise ValueError("there are no frames to stream")
    size = PixelSize(width=first.shape[1], height=first.shape[0])
    with published_folder(folder, STREAM) as temporary:
        sizes = _renditions(size, ladder, encoding or Encoding(speed="medium"), temporary)
        window = None if sound is None else SoundWindow(sound, (RUN_UP + 16) * FRAME)
        sound_segments: list[Segment] = []
        place, count = Place(0, 0, frame_rate), 0
        following = chain([first], iterator)
        while written := _write_segments(sizes, islice(following, length), place):
            count += written
            if sound is not None and window is not None:
                sound_segments += _write_sound(window, sound.sample_rate, place, written, temporary)
            place = Place(place.number + 1, count, frame_rate)
        _write_playlists(sizes, sound_segments, frame_rate, temporary)
    return count


class _Size:
    """One rendition as it is written."""

    def __init__(self, size: PixelSize, rendition: Rendition, encoding: Encoding, folder: Path) -> None:
        self.size = size
        self.rendition = rendition
        self.encoding = replace(encoding, rate=VariableRate(rendition.bits_per_second, rendition.peak))
        segment_codec(self.encoding)
        check_size(self.encoding, size)
        self.name = f"{size.height}p"
        self.folder = folder / self.name
        self.folder.mkdir()
        self.init = self.folder / "init.mp4"
        self.segments: list[Segment] = []
        self._scaler = VideoReformatter()

    def begin(self, place: Place, stack: ExitStack) -> ContainerWriter:
        segment = self.folder / f"{place.number:05d}.m4s"
        return stack.enter_context(segment_writer(self.size, place, self.init, segment, self.encoding))

    def end(self, place: Place, count: int) -> None:
        self.segments.append(Segment(f"{place.number:05d}.m4s", count / place.frame_rate, "init.mp4"))

    def scaled(self, frame: NDArray[Any]) -> NDArray[Any]:
        if frame.shape[:2] == (self.size.height, self.size.width):
            return frame
        name = "rgb24" if frame.dtype.name == "uint8" else "rgb48le"
        packed = VideoFrame.from_numpy_buffer(np.ascontiguousarray(frame), format=name)
        smaller: Any = self._scaler.reformat(
            packed, self.size.width, self.size.height, interpolation=Interpolation.BICUBIC, threads=1
        )
        return smaller.to_ndarray()


def _renditions(size: PixelSize, ladder: Sequence[Rendition], encoding: Encoding, folder: Path) -> list[_Size]:
    fitting = [each for each in ladder if each.height <= size.height] or list(ladder[-1:])
    if not fitting:
        raise BadField("ladder", "A stream has at least one size.")
    sizes = (within(size, PixelSize(width=100_000, height=each.height)) for each in fitting)
    return [_Size(inner, each, encoding, folder) for inner, each in zip(sizes, fitting, strict=True)]


def _write_segments(sizes: list[_Size], frames: Iterator[NDArray[Any]], place: Place) -> int:
    """Write the next segment of every size; return how many frames it has, 0 after the last."""
    first = next(frames, None)
    if first is None:
        return 0
    count = 0
    with ExitStack() as stack:
        writers = [size.begin(place, stack) for size in sizes]
        for frame in chain([first], frames):
            for size, writer in zip(sizes, writers, strict=True):
                writer.write(size.scaled(frame)[None])
            count += 1
        for writer in writers:
            writer.finish()
    for size in sizes:
        size.end(place, count)
    return count


def _write_sound(window: SoundWindow, sample_rate: int, place: Place, count: int, folder: Path) -> list[Segment]:
    span = SoundSpan.of(place.first_frame, count, place.frame_rate, sample_rate)
    if span.first == span.end:
        return []
    uri = f"{place.number:05d}.m4s"
    target = folder / "sound"
    write_sound_segment(window.samples, span, sample_rate, place.number, target / "init.mp4", target / uri)
    return [Segment(uri, span.seconds(sample_rate), "init.mp4")]


def _write_playlists(sizes: list[_Size], sound: list[Segment], frame_rate: Fraction, folder: Path) -> None:
    variants: list[Variant] = []
    for size in sizes:
        uri = f"{size.name}/index.m3u8"
        write_atomically(folder / uri, media_playlist(size.segments).encode())
        bits = size.rendition.peak + (_SOUND_BITS if sound else 0)
        variants.append(Variant(uri, bits, size.size.width, size.size.height, frame_rate, codec_name(size.init)))
    if sound:
        write_atomically(folder / "sound/index.m3u8", media_playlist(sound).encode())
    write_atomically(folder / MASTER, master_playlist(variants, "sound/index.m3u8" if sound else None).encode())
