"""Encodes segments to files in threads, so that drawing and encoding overlap, and the ends and beginnings of segments.

An encoder with lookahead has most of its work left when it receives the last frame, and little to do for the first
ones, so two at a time keep all cores busy at cuts. Not more than two, because each holds frames in memory.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from queue import Full, Queue
from threading import Event
from types import TracebackType
from typing import Self

from artifex.files import publish
from artifex.jobs.films.pictures import Picture
from artifex.media.codecs import StreamCodec
from artifex.media.container import container_writer
from artifex.units import PixelSize

_AT_ONCE = 2
_MOST_WAITING = 4
"""Frames drawn ahead of an encoder."""
_LOOK_SECONDS = 0.2


@dataclass(slots=True)
class PieceEncoder:
    """A context manager that on exit waits for all encodings that were begun."""

    size: PixelSize
    rate: Fraction
    codec: StreamCodec
    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="piece")
    )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._threads.shutdown()

    def write(self, frames: Iterable[Picture], file: Path) -> "Future[None]":
        """Consume all frames, and return while the last of them are still being encoded; the file appears complete.

        The future raises OutOfSpace, NotWritable, NotAvailable. Where the encoder fails before it has all frames, they
        are raised at once: the sources of ``frames`` then stand in the middle of them. Raises what ``frames`` raises;
        then no file appears.
        """
        feed = _Feed()
        encoding = self._threads.submit(self._encode, feed, file)
        if not feed.fill(frames):
            encoding.result()
        return encoding

    def _encode(self, feed: "_Feed", file: Path) -> None:
        with (
            closing(feed),
            publish(file) as temporary,
            container_writer(temporary, self.codec, self.size, self.rate, None, None) as writer,
        ):
            for frame in feed:
                writer.write(frame[None])
            writer.finish()


class _GivenUp(Exception):
    """Drawing the frames failed, and its error is raised elsewhere."""


class _Feed:
    """A bounded queue of frames between two threads."""

    def __init__(self) -> None:
        self._frames: Queue[Picture | _GivenUp | None] = Queue(_MOST_WAITING)
        self._closed = Event()

    def fill(self, frames: Iterable[Picture]) -> bool:
        """Pass on all frames, or stop early if the consumer is closed; returns whether it got all."""
        end: _GivenUp | None = _GivenUp()
        try:
            for frame in frames:
                if not self._put(frame):
                    return False
            end = None
        finally:
            self._put(end)
        return True

    def __iter__(self) -> Iterator[Picture]:
        while (frame := self._frames.get()) is not None:
            if isinstance(frame, _GivenUp):
                raise frame
            yield frame

    def close(self) -> None:
        self._closed.set()

    def _put(self, frame: Picture | _GivenUp | None) -> bool:
        while not self._closed.is_set():
            try:
                self._frames.put(frame, timeout=_LOOK_SECONDS)
            except Full:
                continue
            return True
        return False
