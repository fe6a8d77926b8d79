"""The exact sample of a time in a file, also where the file rounds its times."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from math import floor
from pathlib import Path
from typing import Any

from av.audio.stream import AudioStream
from av.container import InputContainer

from artifex.errors import BadReference

_EVEN = frozenset(("aac", "opus", "mp3", "ac3", "eac3"))
"""Codecs whose frames all hold the same number of samples."""


@dataclass(frozen=True, slots=True)
class SampleClock:
    """Positions count from ``origin``: the time in seconds at which the file's pictures begin, or if none, its sound.

    Matroska rounds times to milliseconds. Where all frames have ``frame_size`` samples (the first may be cut), the
    exact position still follows from a rounded time; otherwise positions are exact only when counted from the beginning
    of the sound, and ``can_jump`` is false.
    """

    sample_rate: int
    time_base: Fraction
    origin: Fraction
    start: Fraction
    """Seconds in the file at which the sound begins."""
    frame_size: int | None
    second: tuple[Fraction, int] | None
    """When the second frame begins, and at which sample of the sound."""

    @classmethod
    def of(cls, stream: AudioStream, container: InputContainer, path: Path) -> "SampleClock":
        """By the first frames of a file that was opened just now. Raises BadReference, FFmpegError."""
        decode: Any = container.decode
        frames = list(islice(decode(stream), 4))
        if not frames or frames[0].pts is None:
            raise BadReference(f"{path} holds a sound of no length; give a longer one.")
        times = [(frame.pts or 0) * Fraction(frame.time_base) for frame in frames]
        is_even = stream.codec.canonical_name in _EVEN and len({frame.samples for frame in frames[1:]}) == 1
        pictures = [
            each.start_time * Fraction(each.time_base or 0)
            for each in container.streams.video
            if each.start_time is not None
        ]
        return cls(
            sample_rate=stream.sample_rate,
            time_base=Fraction(stream.time_base or Fraction(1, stream.sample_rate)),
            origin=pictures[0] if pictures else times[0],
            start=times[0],
            frame_size=frames[1].samples if is_even else None,
            second=(times[1], frames[0].samples) if is_even else None,
        )

    @property
    def first(self) -> Fraction:
        """Seconds from the origin to the sound's beginning."""
        return self.start - self.origin

    @property
    def is_coarse(self) -> bool:
        return self.time_base * self.sample_rate > 1

    @property
    def can_jump(self) -> bool:
        return not self.is_coarse or self.frame_size is not None

    def file_time(self, seconds: Fraction) -> int:
        """The time in the file, in the stream's time base, of seconds from the origin."""
        return floor((seconds + self.origin) / self.time_base)

    def position(self, time: Fraction) -> int:
        """The sample that a frame begins with, by its time in the file in seconds."""
        if self.is_coarse and self.frame_size is not None and self.second is not None and time > self.start:
            second, number = self.second
            whole = round((time - second) * self.sample_rate / self.frame_size) * self.frame_size
            return round(self.first * self.sample_rate) + number + whole
        return round((time - self.origin) * self.sample_rate)
