"""Segments become files in threads: while one is encoded the next frames are drawn, while it ends the next one begins.

An encoder that looks ahead has most of its work left when the last frame is given to it, and little to do for the
first ones; so two of them at a time keep all cores busy at cuts. Never more than two, for each has frames in memory.
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
"""Frames that are drawn and not yet taken by an encoder."""
_LOOK_SECONDS = 0.2


@dataclass(slots=True)
class PieceEncoder:
    """Used as a context, which ends when all that was begun is encoded, or given up where the block fails."""

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
        """Take all frames, and return while the last of them are being encoded; then the file appears, whole.

        The future raises OutOfSpace, NotWritable, NotAvailable. Raises what ``frames`` raise; no file appears then.
        """
        feed = _Feed()
        encoding = self._threads.submit(self._encode, feed, file)
        feed.fill(frames)
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
    """Whoever drew the frames failed, and has told of it."""


class _Feed:
    """Frames from one thread to another, few at a time."""

    def __init__(self) -> None:
        self._frames: Queue[Picture | _GivenUp | None] = Queue(_MOST_WAITING)
        self._closed = Event()

    def fill(self, frames: Iterable[Picture]) -> None:
        """Until they end, or nobody takes them any more."""
        end: _GivenUp | None = _GivenUp()
        try:
            for frame in frames:
                if not self._put(frame):
                    return
            end = None
        finally:
            self._put(end)

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
