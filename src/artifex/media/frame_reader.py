"""Any frame of a clip by its number, and runs of frames at any pace: exact whatever the codec, rate or reordering."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any, Self

import numpy as np
from av import VideoFrame
from numpy.typing import NDArray

from artifex.errors import BadReference
from artifex.media.colour import rgb_from_planes
from artifex.media.untrusted import open_media, video_stream

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Run:
    """``count`` frames, of which frame ``i`` is the clip's frame ``floor(start + i * step)``, held within the clip."""

    start: Fraction
    step: Fraction
    count: int

    def numbers(self, frame_count: int) -> Iterator[int]:
        for i in range(self.count):
            yield max(0, min(floor(self.start + i * self.step), frame_count - 1))


class FrameReader:
    """A clip that was opened, from ``with FrameReader(path) as reader``.

    Frames are numbered from 0 in the order in which they are shown. Reading goes to the key frame before and decodes
    from there; reading on from where it stands seeks nothing. Raises BadReference for what is no video or is damaged.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened = ExitStack()
        self._next = 0
        self._decoded: Iterator[VideoFrame] = iter(())
        self._last: tuple[int, Picture] | None = None

    def __enter__(self) -> Self:
        with self._opened:
            self._container = self._opened.enter_context(open_media(self._path))
            self._stream = video_stream(self._container, self._path)
            self._stream.thread_type = "AUTO"
            self._times, self._keys = self._index()
            self._seek(0)
            self._opened = self._opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    @property
    def frame_count(self) -> int:
        return len(self._times)

    def frame(self, number: int) -> Picture:
        """RGB [H, W, 3], upright. Raises BadReference where the clip has no such frame, or it cannot be decoded."""
        if not 0 <= number < self.frame_count:
            raise BadReference(f"{self._path} has {self.frame_count} frames; there is no frame {number}.")
        if self._last is None or self._last[0] != number:
            self._last = number, rgb_from_planes(self._find(number))
        return self._last[1]

    def run(self, run: Run) -> Iterator[Picture]:
        """Raises BadReference."""
        return map(self.frame, run.numbers(self.frame_count))

    def _index(self) -> tuple[list[int], list[int]]:
        """When each frame is shown, in the stream's time base, and the numbers of those that decoding can begin at."""
        times: list[int] = []
        keys: list[int] = []
        for packet in self._container.demux(self._stream):
            if not packet.size or packet.is_discard:
                continue
            time = packet.pts if packet.pts is not None else packet.dts
            if time is None:
                raise BadReference(f"{self._path} does not say when its frames are shown; convert it to mp4 first.")
            times.append(time)
            if packet.is_keyframe:
                keys.append(time)
        times.sort()
        if not times:
            raise BadReference(f"{self._path} holds no frames; it is cut or damaged.")
        return times, sorted(bisect_left(times, key) for key in keys)

    def _find(self, number: int) -> VideoFrame:
        nearest = self._key_before(number)
        if not self._next <= number or nearest > self._next:
            self._seek(nearest)
        frame = self._decode_to(number)
        if frame is None:  # what follows some key frames cannot be decoded from them alone
            self._seek(0)
            frame = self._decode_to(number)
        if frame is None:
            raise BadReference(f"{self._path} is damaged at frame {number}; export it again.")
        return frame

    def _decode_to(self, number: int) -> VideoFrame | None:
        for frame in self._decoded:
            index = self._next if frame.pts is None else bisect_left(self._times, frame.pts)
            self._next = index + 1
            if index >= number:
                return frame if index == number else None
        return None

    def _key_before(self, number: int) -> int:
        place = bisect_right(self._keys, number)
        return self._keys[place - 1] if place else 0

    def _seek(self, number: int) -> None:
        container: Any = self._container
        container.seek(self._times[number], stream=self._stream, backward=True)
        self._next = number
        self._decoded = container.decode(self._stream)
