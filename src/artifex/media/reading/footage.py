"""Decoded frames by number: seek to the last key frame before the one wanted, and decode up to it."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

from av import VideoFrame
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.stream import VideoStream

from artifex.errors import BadReference
from artifex.media.filtering import Filter, FilterGraph, Planes
from artifex.media.reading.cache import FrameCache
from artifex.media.reading.decoder import decoder_for
from artifex.media.reading.index import FrameIndex

_WORTH_DECODING = 6
"""A frame less than this far ahead is decoded up to rather than seeked to."""

_DEINTERLACE = (Filter("bwdif", {"mode": "send_frame", "deint": "interlaced"}),)


class Footage:
    """The frames of one stream as its decoder gives them, deinterlaced where ``interlaced`` says so.

    For one thread at a time. Frames must not be written to: they are cached.
    """

    def __init__(
        self, path: Path, container: InputContainer, stream: VideoStream, index: FrameIndex, cache_bytes: int
    ) -> None:
        self.interlaced = False
        self._path = path
        self._container = container
        self._stream = stream
        self._index = index
        self._decoder = decoder_for(stream)
        self._cache = FrameCache(cache_bytes)
        self._run: Iterator[tuple[int, VideoFrame]] = iter(())
        self._position = index.frame_count
        """The frame that the run gives next, if nothing is wrong."""
        self._damaged_until = 0

    def frame(self, number: int) -> VideoFrame:
        """Raises BadReference, naming the number, for a frame that does not exist or cannot be decoded."""
        if not 0 <= number < self._index.frame_count:
            raise BadReference(self._out_of_range(number))
        cached = self._cache.get(number)
        if cached is not None:
            return cached
        key = self._index.key_before(max(0, number - 1) if self.interlaced else number)
        if self._is_on_the_way(number, key):
            found = self._decoded_until(number)
            if found is not None:
                return found
        # Some containers seek to after the frame they were asked for; then an earlier key frame may do.
        for attempt in sorted({key, max(0, key - 1), max(0, key - 2), 0}, reverse=True):
            self._run = self._decoded_from(attempt)
            found = self._decoded_until(number)
            if found is not None:
                return found
        raise BadReference(f"{self._path} has a frame {number} that cannot be decoded; it is damaged.")

    def forget(self) -> None:
        """Drop what was decoded, so that it is decoded anew."""
        self._cache = FrameCache(0)
        self._position = self._index.frame_count

    def _is_on_the_way(self, number: int, key: int) -> bool:
        if number < self._position:
            return False
        return int(self._index.keys[key]) <= self._position or number - self._position < _WORTH_DECODING

    def _decoded_until(self, number: int) -> VideoFrame | None:
        for found, frame in self._run:
            self._position = found + 1
            if found < self._damaged_until:
                if found >= number:
                    self._position = self._index.frame_count
                    raise BadReference(f"{self._path} is damaged at frame {number}; give a whole file.")
                continue
            self._cache.put(found, frame)
            if found == number:
                return frame
            if found > number:
                break
        self._position = self._index.frame_count
        return None

    def _decoded_from(self, key: int) -> Iterator[tuple[int, VideoFrame]]:
        """Numbered frames from the key frame at position ``key`` in the index on."""
        self._damaged_until = 0
        self._container.seek(int(self._index.seek_times[key]), stream=self._stream, backward=True)
        self._decoder.flush_buffers()
        first: int | None = None
        graph: FilterGraph | None = None
        for packet in self._container.demux(self._stream):
            if first is None:
                if not packet.is_keyframe or packet.pts is None:
                    continue
                first = self._index.number_at(packet.pts)
                # The deinterlacer also needs the frame before, which the first one lacks.
                first += 1 if self.interlaced and first else 0
            for frame in self._decoded(packet):
                if self.interlaced:
                    graph = graph or FilterGraph(Planes.of(frame, self._index.time_base), _DEINTERLACE)
                    yield from self._numbered(graph.push(frame), first)
                else:
                    yield from self._numbered((frame,), first)
        if graph is not None and first is not None:
            yield from self._numbered(graph.push(None), first)

    def _decoded(self, packet: "Packet[VideoStream]") -> list[VideoFrame]:
        try:
            return self._decoder.decode(packet if packet.size else None)
        except FFmpegError:
            # What comes out from here to the next key frame may refer to what could not be decoded.
            at = self._position if packet.pts is None else max(self._position, self._index.number_at(packet.pts))
            after = self._index.key_before(at) + 1
            keys = self._index.keys
            self._damaged_until = int(keys[after]) if after < len(keys) else self._index.frame_count
            return []

    def _numbered(self, frames: Iterable[VideoFrame], first: int) -> Iterator[tuple[int, VideoFrame]]:
        for frame in frames:
            if frame.pts is None:
                continue
            time = frame.pts
            if frame.time_base is not None and frame.time_base != self._index.time_base:
                time = round(frame.pts * Fraction(frame.time_base) / self._index.time_base)
            number = self._index.number_at(time)
            if number >= first and number < self._index.frame_count and self._index.times[number] == time:
                yield number, frame

    def _out_of_range(self, number: int) -> str:
        count = self._index.frame_count
        if self._index.missing and 0 <= number < count + self._index.missing:
            return f"{self._path} ends after frame {count - 1} of {count + self._index.missing}; it is cut or damaged."
        return f"{self._path} has frames 0 to {count - 1}, and no frame {number}."
