"""Joins separately encoded pieces of a film into one file, without encoding the pictures again."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import OutputContainer
from av.error import FFmpegError
from numpy.typing import NDArray

from artifex.errors import StorageFailed
from artifex.files import publish
from artifex.media.codecs import StreamCodec
from artifex.media.encodings.encoding import SoundEncoding
from artifex.media.sound_encoder import SoundEncoder
from artifex.media.untrusted import file_url

_OPTIONS = {"movflags": "+faststart", "fflags": "+bitexact"}

Piece = tuple[Path, int, NDArray[np.float32] | None]
"""A file with one video stream, its number of frames, and the samples [n, 2] that are played with it."""


class DamagedPiece(StorageFailed):
    """``file`` is no whole piece any more, or is gone."""

    def __init__(self, file: Path) -> None:
        super().__init__(f"A piece of the film ({file}) is damaged; delete it and try again.")
        self.file = file


def join(
    pieces: Iterable[Piece],
    codec: StreamCodec,
    sound: SoundEncoding,
    frame_rate: Fraction,
    sample_rate: int,
    path: Path,
) -> int:
    """Write the pieces one after the other to ``path``, whole or not at all; return the number of frames.

    All pieces have to be encoded alike, without B-frames. Either all or none have samples. Raises DamagedPiece,
    OutOfSpace, NotWritable.
    """
    with publish(path) as temporary, _opened(temporary, codec) as container:
        film = _Film(container, sound, frame_rate, sample_rate)
        for piece in pieces:
            film.add(*piece)
        film.finish()
        return film.frame_count


class _Film:
    def __init__(
        self, container: OutputContainer, encoding: SoundEncoding, frame_rate: Fraction, sample_rate: int
    ) -> None:
        self._container: Any = container
        self._encoding = encoding
        self._frame_rate = frame_rate
        self._sample_rate = sample_rate
        self._video: Any = None
        self._sound: SoundEncoder | None = None
        self.frame_count = 0

    def add(self, file: Path, count: int, samples: NDArray[np.float32] | None) -> None:
        with _opened_piece(file) as (source, stream):
            if self._video is None:
                self._begin(stream, samples is not None)
            self._copy(source, stream, file, count)
        if self._sound is not None and samples is not None:
            self._sound.encode(samples)
        self.frame_count += count

    def finish(self) -> None:
        if self._sound is not None:
            self._sound.finish()

    def _begin(self, stream: Any, has_sound: bool) -> None:
        self._video = self._container.add_stream_from_template(stream, opaque=True)
        self._video.codec_context.framerate = self._frame_rate  # Matroska says it, for films too short to tell it from
        if has_sound:
            self._sound = SoundEncoder(self._container, self._sample_rate, 2, self._encoding)
        self._container.start_encoding()

    def _copy(self, source: Any, stream: Any, file: Path, count: int) -> None:
        base = Fraction(stream.time_base)
        offset = round(self.frame_count / self._frame_rate / base)
        copied = 0
        for packet in source.demux(stream):
            if not packet.size:
                continue
            if packet.pts is None or packet.is_corrupt:
                raise DamagedPiece(file)
            packet.pts += offset
            packet.dts = packet.pts
            packet.stream = self._video
            self._container.mux(packet)
            copied += 1
        if copied != count:
            raise DamagedPiece(file)


@contextmanager
def _opened_piece(file: Path) -> Iterator[tuple[Any, Any]]:
    """The open file and its video stream."""
    try:
        with av.open(file_url(file), "r") as source:
            if not source.streams.video:
                raise DamagedPiece(file)
            yield source, source.streams.video[0]
    except FFmpegError as error:
        gone = isinstance(error, FileNotFoundError)
        if isinstance(error, OSError) and error.errno and not gone:  # an error of the disk, perhaps of the film's own
            raise
        raise DamagedPiece(file) from error


@contextmanager
def _opened(path: Path, codec: StreamCodec) -> Iterator[OutputContainer]:
    try:
        with av.open(file_url(path), "w", format=codec.muxer, container_options=_OPTIONS) as container:
            yield container
    except FFmpegError as error:
        if isinstance(error, OSError) and error.errno:  # an error of the disk
            raise
        raise StorageFailed("A piece of the film is damaged; try again.") from error
