"""Proxies: small films in which every frame is a key frame, so that any is decoded in a millisecond or two."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from artifex.media.codecs import StreamCodec
from artifex.media.container import published_container
from artifex.media.encode import write_all
from artifex.media.encodings.encoding import SoundEncoding
from artifex.media.encodings.sound import StreamedTrack
from artifex.media.encodings.sound_of_file import sound_of_file
from artifex.media.reading.frame_reader import FrameReader
from artifex.media.reading.pictures import Picture
from artifex.units import PixelSize

_CODEC = StreamCodec(
    "proxy",
    ".mp4",
    "libx264",
    "mp4",
    "yuv420p",
    MappingProxyType({"preset": "ultrafast", "crf": "23", "g": "1", "tune": "fastdecode"}),
)
_SOUND = SoundEncoding("aac", 128_000)

Told = Callable[[int, int], None]
"""Called with the number of frames that are done, and that of all frames."""


def proxy_size(size: PixelSize, divisor: Literal[2, 4]) -> PixelSize:
    """Half or a quarter of each side, even."""
    return PixelSize(width=max(2, size.width // divisor // 2 * 2), height=max(2, size.height // divisor // 2 * 2))


def write_proxy(source: Path, target: Path, divisor: Literal[2, 4] = 2, told: Told = lambda _done, _of: None) -> int:
    """Write ``source`` in H.264 with half or a quarter of each side; return the number of frames.

    Frame n is frame n of the source, at the source's average rate where its rate varies. The sound is kept, alpha
    is not. Raises BadReference for a source that is cut or damaged, OutOfSpace, NotWritable.
    """
    with ExitStack() as stack:
        reader = stack.enter_context(FrameReader(source))
        size = proxy_size(reader.facts.size, divisor)
        frames = _counted(_small(reader, size), reader.frame_count, told)
        sound = sound_of_file(source, stack)
        make_track = None if sound is None else partial(StreamedTrack, sound=sound, encoding=_SOUND)
        with published_container(target, _CODEC, size, reader.facts.frame_rate, None, make_track) as writer:
            return write_all((picture[None] for picture in frames), writer)


def _small(reader: FrameReader, size: PixelSize) -> Iterator[Picture]:
    """As planes for the encoder, or else RGB [H, W, 3]."""
    for number in range(reader.frame_count + reader.index.missing):
        planes = reader.planes(number, size)
        yield reader.frame(number, size)[..., :3] if planes is None else planes


def _counted(frames: Iterator[Picture], count: int, told: Told) -> Iterator[Picture]:
    for done, frame in enumerate(frames, 1):
        yield frame
        told(done, count)
