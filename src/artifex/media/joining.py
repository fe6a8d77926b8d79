"""Pieces of a film, each encoded by itself, made one file without encoding the pictures again."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av import AudioFrame
from av.container import OutputContainer
from av.error import FFmpegError
from numpy.typing import NDArray

from artifex.errors import StorageFailed
from artifex.files import publish
from artifex.media.codecs import StreamCodec
from artifex.media.pyav import add_audio, encode_into
from artifex.media.untrusted import file_url

_BIT_RATE = 256_000
_OPTIONS = {"movflags": "+faststart", "fflags": "+bitexact"}

Piece = tuple[Path, int, NDArray[np.float32] | None]
"""A file with one video stream, its number of frames, and the samples [n, 2] that are heard meanwhile."""


def join(pieces: Iterable[Piece], codec: StreamCodec, frame_rate: Fraction, sample_rate: int, path: Path) -> int:
    """Write the pieces one behind the other to ``path``, whole or not at all; return the number of frames.

    All pieces were encoded alike, without frames out of order. Either all or none have samples. Raises StorageFailed
    where a piece is damaged, OutOfSpace, NotWritable.
    """
    with publish(path) as temporary, _opened(temporary, codec) as container:
        film = _Film(container, frame_rate, sample_rate)
        for piece in pieces:
            film.add(*piece)
        film.finish()
        return film.frame_count


class _Film:
    def __init__(self, container: OutputContainer, frame_rate: Fraction, sample_rate: int) -> None:
        self._container: Any = container
        self._frame_rate = frame_rate
        self._sample_rate = sample_rate
        self._video: Any = None
        self._sound: _SoundEncoder | None = None
        self.frame_count = 0

    def add(self, file: Path, count: int, samples: NDArray[np.float32] | None) -> None:
        with av.open(file_url(file), "r") as source:
            stream = source.streams.video[0]
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
        if has_sound:
            self._sound = _SoundEncoder(self._container, self._sample_rate)
        self._container.start_encoding()

    def _copy(self, source: Any, stream: Any, file: Path, count: int) -> None:
        base = Fraction(stream.time_base)
        offset = round(self.frame_count / self._frame_rate / base)
        copied = 0
        for packet in source.demux(stream):
            if not packet.size:
                continue
            packet.pts += offset
            packet.dts = packet.pts
            packet.stream = self._video
            self._container.mux(packet)
            copied += 1
        if copied != count:
            raise StorageFailed(f"A piece of the film ({file.name}) is damaged; delete it and try again.")


class _SoundEncoder:
    """AAC from samples as they come."""

    def __init__(self, container: OutputContainer, sample_rate: int) -> None:
        self._container = container
        self._rate = sample_rate
        self._stream = add_audio(container, "aac", sample_rate)
        self._stream.codec_context.layout = "stereo"
        self._stream.codec_context.bit_rate = _BIT_RATE
        self._held = np.zeros((0, 2), np.float32)
        self._done = 0

    def encode(self, samples: NDArray[np.float32]) -> None:
        self._held = np.concatenate([self._held, samples])
        size = self._stream.codec_context.frame_size
        whole = len(self._held) // size * size
        for at in range(0, whole, size):
            self._push(self._held[at : at + size])
        self._held = self._held[whole:]

    def finish(self) -> None:
        if len(self._held):
            self._push(self._held)
        encode_into(self._container, self._stream, None)

    def _push(self, samples: NDArray[np.float32]) -> None:
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples.T), format="fltp", layout="stereo")
        frame.sample_rate = self._rate
        frame.pts = self._done
        frame.time_base = Fraction(1, self._rate)
        self._done += len(samples)
        encode_into(self._container, self._stream, frame)


@contextmanager
def _opened(path: Path, codec: StreamCodec) -> Iterator[OutputContainer]:
    try:
        with av.open(file_url(path), "w", format=codec.muxer, container_options=_OPTIONS) as container:
            yield container
    except FFmpegError as error:
        if isinstance(error, OSError) and error.errno:  # the disk's own words
            raise
        raise StorageFailed("A piece of the film is damaged; try again.") from error
