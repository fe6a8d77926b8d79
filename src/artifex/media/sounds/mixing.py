"""Several sounds as one: each from its place on, as loud as its curve says, faded in and out."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from artifex.media.sounds.filtering import Samples

CHUNK = 4096

GainAt = Callable[[NDArray[np.int64]], NDArray[np.float32]]
"""Positions in a part, in samples from its start, to factors."""


@dataclass(frozen=True, slots=True)
class GainCurve:
    """Factors between points (sample from the part's start, factor); straight lines between, flat at both ends."""

    points: tuple[tuple[int, float], ...] = ((0, 1.0),)

    def __post_init__(self) -> None:
        positions = [position for position, _ in self.points]
        if not positions or positions != sorted(set(positions)):
            raise ValueError("a gain curve has points, each behind the one before")

    def __call__(self, samples: NDArray[np.int64]) -> NDArray[np.float32]:
        positions, factors = zip(*self.points, strict=True)
        return np.interp(samples, positions, factors).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Part:
    """``count`` samples of ``chunks`` [n, 2], heard from sample ``start`` of the mix on.

    Fades are in samples and of equal power, so that two parts that cross stay as loud as one. ``pan`` goes from -1,
    left, over 0, where both sides are as they were, to 1.
    """

    chunks: Iterable[Samples] = field(hash=False, compare=False)
    start: int
    count: int
    gain: GainAt = field(default_factory=GainCurve)
    fade_in: int = 0
    fade_out: int = 0
    pan: float = 0.0

    def loudness(self, first: int, count: int) -> NDArray[np.float32]:
        """Factors [count, 2] for the part's samples from ``first`` on."""
        positions = np.arange(first, first + count)
        factor = self.gain(positions)
        if self.fade_in:
            factor = factor * _equal_power((positions + 0.5) / self.fade_in)
        if self.fade_out:
            factor = factor * _equal_power((self.count - positions - 0.5) / self.fade_out)
        sides = np.array([min(1.0, 1 - self.pan), min(1.0, 1 + self.pan)], np.float32)
        return (factor[:, None] * sides).astype(np.float32)


def mixed(parts: Iterable[Part], count: int) -> Iterator[Samples]:
    """``count`` samples in chunks of 4096; nothing is clipped, so that a limiter can see what it has to limit."""
    voices = [_Voice(part) for part in parts]
    for at in range(0, count, CHUNK):
        chunk = np.zeros((min(CHUNK, count - at), 2), np.float32)
        for voice in voices:
            voice.add_to(chunk, at)
        yield chunk


class _Voice:
    """A part as it is used up."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._chunks = iter(part.chunks)
        self._left: Samples = np.zeros((0, 2), np.float32)
        self._done = 0

    def add_to(self, chunk: Samples, at: int) -> None:
        """Add what is heard of it in the mix's samples from ``at`` on."""
        begin = max(at, self._part.start)
        end = min(at + len(chunk), self._part.start + self._part.count)
        first = begin - self._part.start
        while begin < end and self._done < first and len(self._take(first - self._done)):
            pass  # what was before the mix begins
        while begin < end:
            samples = self._take(end - begin)
            if len(samples) == 0:
                return
            chunk[begin - at : begin - at + len(samples)] += samples * self._part.loudness(first, len(samples))
            begin, first = begin + len(samples), first + len(samples)

    def _take(self, most: int) -> Samples:
        while len(self._left) == 0:
            following = next(self._chunks, None)
            if following is None:
                return self._left
            self._left = following
        taken, self._left = self._left[:most], self._left[most:]
        self._done += len(taken)
        return taken


def _equal_power(progress: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.sin(np.clip(progress, 0.0, 1.0) * (np.pi / 2)).astype(np.float32)
