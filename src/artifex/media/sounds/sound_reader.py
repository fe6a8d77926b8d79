"""Reads any part of a file's sound by exact sample positions."""

from collections.abc import Generator, Iterator
from contextlib import ExitStack
from fractions import Fraction
from functools import cached_property
from math import gcd
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from av import AudioFrame, AudioResampler
from av.error import FFmpegError
from numpy.typing import NDArray

from artifex.errors import BadReference
from artifex.media.sounds.clock import SampleClock
from artifex.media.untrusted import FOOTAGE, SOUNDS, open_media

Samples = NDArray[np.float32]

_BEFORE = Fraction(1, 2)
"""Seconds decoded before what is asked for: decoders of AAC, MP3 and Opus, and resamplers, need a run-up."""
_CHUNK = 4096
_KINDS = (*SOUNDS, *(kind for kind in FOOTAGE if kind not in SOUNDS))


class SoundReader:
    """The first sound of a video or sound file as stereo at ``sample_rate``; sample 0 is where the pictures begin.

    Mono is on both sides, and more channels are mixed down. Before the sound begins and after its end there is
    silence. For one thread at a time. Raises BadReference when there is no sound, or the file is cut or damaged.
    """

    def __init__(self, path: Path, sample_rate: int) -> None:
        self._path = path
        self._rate = sample_rate
        self._position = 0
        self._run: Iterator[Samples] = iter(())
        self._left = np.zeros((0, 2), np.float32)
        self._is_running = False
        self._open()
        try:
            self._clock = SampleClock.of(self._stream, self._container, path)
        except FFmpegError as error:
            self.close()
            raise BadReference(f"{path} holds a sound that cannot be decoded; it is cut or damaged.") from error
        except BadReference:
            self.close()
            raise

    def __enter__(self) -> "SoundReader":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._stack.close()

    def _open(self) -> None:
        with ExitStack() as stack:
            container = stack.enter_context(open_media(self._path, _KINDS))
            if not container.streams.audio or not _has_decoder(container.streams.audio[0]):
                raise BadReference(f"{self._path} holds no sound that can be decoded; give a file with one.")
            self._container = container
            self._stream = container.streams.audio[0]
            self._stack = stack.pop_all()

    @cached_property
    def sample_count(self) -> int:
        """As the file states it; where it does not, as in Matroska, its packets are read once."""
        base = Fraction(self._stream.time_base or 1)
        if self._stream.duration is not None:
            end = (self._stream.start_time or 0) + self._stream.duration
        else:
            end = self._end_of_packets()
        return max(0, int((end * base - self._clock.origin) * self._rate))

    def _end_of_packets(self) -> int:
        with open_media(self._path, _KINDS) as container:
            packets = container.demux(container.streams.audio[0])
            return max((packet.pts + (packet.duration or 0) for packet in packets if packet.pts is not None), default=0)

    def samples(self, start: int, count: int) -> Samples:
        """[count, 2] from sample ``start`` on, which may be negative. Does not seek when it continues the last call."""
        parts = [np.zeros((min(count, max(0, -start)), 2), np.float32)]
        missing = count - len(parts[0])
        if missing and (not self._is_running or self._position != max(0, start)):
            self._go_to(max(0, start))
        while missing:
            part = self._next(missing)
            if len(part) == 0:
                part = np.zeros((missing, 2), np.float32)
            parts.append(part)
            self._position += len(part)
            missing -= len(part)
        return np.concatenate(parts)

    def chunks(self, start: int, count: int) -> Iterator[Samples]:
        """As :meth:`samples`, in pieces of at most 4096 samples."""
        for at in range(start, start + count, _CHUNK):
            yield self.samples(at, min(_CHUNK, start + count - at))

    def _next(self, most: int) -> Samples:
        if len(self._left) == 0:
            self._left = next(self._run, self._left)
        part, self._left = self._left[:most], self._left[most:]
        return part

    def _go_to(self, sample: int) -> None:
        self._run = self._told(sample)
        self._left = np.zeros((0, 2), np.float32)
        self._position = sample
        self._is_running = True

    def _told(self, sample: int) -> Iterator[Samples]:
        """Decoded chunks from ``sample`` on. Raises BadReference, naming the time, where the file is damaged."""
        at = sample
        try:
            for begin, chunk in self._decoded(sample):
                if begin + len(chunk) <= at:
                    continue
                if begin > at:  # a gap in the file
                    yield np.zeros((begin - at, 2), np.float32)
                    at = begin
                yield chunk[at - begin :]
                at = begin + len(chunk)
        except FFmpegError as error:
            raise BadReference(
                f"{self._path} cannot be heard at {at / self._rate:.1f} seconds; it is cut or damaged."
            ) from error

    def _decoded(self, sample: int) -> Iterator[tuple[int, Samples]]:
        """Pieces with the position of their first sample, at the rate wanted."""
        source_rate = self._stream.sample_rate
        if source_rate == self._rate:
            yield from self._native(sample)
            return
        # Samples of both rates coincide only every ``together``; begun elsewhere, every sample would be a little off.
        together = source_rate // gcd(source_rate, self._rate)
        resampler = AudioResampler(format="flt", layout="stereo", rate=self._rate)
        begin: int | None = None
        for position, chunk in self._native(sample):
            if begin is None:
                skipped = -position % together
                if skipped >= len(chunk):
                    continue
                chunk = chunk[skipped:]
                begin = (position + skipped) * self._rate // source_rate
            for piece in resampler.resample(_frame(chunk, source_rate)):
                yield begin, _stereo(piece)
                begin += piece.samples
        for piece in resampler.resample(None):
            yield begin or 0, _stereo(piece)
            begin = (begin or 0) + piece.samples

    def _native(self, sample: int) -> Iterator[tuple[int, Samples]]:
        """Stereo pieces at the file's own rate, with the position of their first sample; from before ``sample`` on."""
        start = Fraction(sample, self._rate) - _BEFORE
        if start > self._clock.first and self._clock.can_jump:
            self._container.seek(self._clock.file_time(start), stream=self._stream, backward=True)
        else:
            # Opened anew rather than seeked: only then FFmpeg drops the encoder's delay before the first sample.
            self.close()
            self._open()
        container: Any = self._container
        layout = "mono" if self._stream.channels == 1 else "stereo"
        converter = AudioResampler(format="flt", layout=layout, rate=self._stream.sample_rate)
        begin: int | None = None
        for frame in container.decode(self._stream):
            if begin is None and frame.pts is not None:
                begin = self._clock.position(frame.pts * Fraction(frame.time_base))
            if begin is not None:
                for piece in converter.resample(frame):
                    yield begin, _stereo(piece)
                    begin += piece.samples


def read_sound(path: Path, sample_rate: int) -> Generator[Samples, None, None]:
    """All of a file's sound, [n, 2] a second at a time. Raises BadReference."""
    with SoundReader(path, sample_rate) as reader:
        for start in range(0, reader.sample_count, sample_rate):
            yield reader.samples(start, min(sample_rate, reader.sample_count - start))


def _has_decoder(stream: Any) -> bool:
    return stream.codec_context is not None


def _frame(samples: Samples, sample_rate: int) -> AudioFrame:
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples).reshape(1, -1), format="flt", layout="stereo")
    frame.sample_rate = sample_rate
    return frame


def _stereo(piece: Any) -> Samples:
    """[n, 2]; one channel is heard on both sides as loud as it is, where FFmpeg would take 3 dB off."""
    samples: NDArray[Any] = piece.to_ndarray().reshape(piece.samples, -1)
    return np.nan_to_num(np.broadcast_to(samples, (piece.samples, 2)).astype(np.float32))
