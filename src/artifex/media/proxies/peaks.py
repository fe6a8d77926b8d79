"""Waveforms: the lowest and the highest sample of every hundredth of a second, for each channel.

A file is 16 bytes (``AXPK``, version, channels, bins a second and number of bins, little-endian) and a signed byte for
each low and high: bin by bin, left before right, low before high; 127 is full scale. An hour takes 1.4 MB.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from artifex.media.sounds.sound_reader import Samples

BINS_PER_SECOND = 100
_HEADER = struct.Struct("<4sHHII")
_MAGIC = b"AXPK"
_VERSION = 1
_CHANNELS = 2
_FACTORS = (1, 2, 4, 5, 10, 20, 50, 100)
"""How many bins can be merged into one so that a second still has a whole number of bins."""


@dataclass(frozen=True, slots=True)
class Peaks:
    """``bins`` int8 [n, 2 channels, 2]: the lowest and the highest of each."""

    bins: NDArray[np.int8]
    bins_per_second: int = BINS_PER_SECOND


def peaks(chunks: Iterable[Samples], sample_rate: int) -> Iterator[NDArray[np.int8]]:
    """Bins [n, 2, 2] of a sound, as its chunks pass."""
    held: Samples = np.zeros((0, _CHANNELS), np.float32)
    at, done = 0, 0
    for chunk in chunks:
        held = np.concatenate([held, chunk])
        edges = _edges(done, at + len(held), sample_rate)
        if len(edges) > 1:
            yield _bins(held[: edges[-1] - at], edges[:-1] - at)
            held = held[edges[-1] - at :]
            at, done = int(edges[-1]), done + len(edges) - 1
    if len(held):
        yield _bins(held, np.zeros(1, np.int64))


def coarser(found: Peaks, most: int) -> Peaks:
    """Peaks with bins merged until there are at most ``most``, but at least one a second."""
    count = len(found.bins)
    factors = [factor for factor in _FACTORS if found.bins_per_second % factor == 0]
    factor = next((factor for factor in factors if -(-count // factor) <= most), factors[-1])
    if factor == 1:
        return found
    starts = np.arange(0, count, factor)
    low, high = found.bins[..., 0], found.bins[..., 1]
    bins = np.stack([np.minimum.reduceat(low, starts), np.maximum.reduceat(high, starts)], axis=2)
    return Peaks(bins, found.bins_per_second // factor)


def packed(found: Peaks) -> bytes:
    """The peaks in the format of a file, see above."""
    header = _HEADER.pack(_MAGIC, _VERSION, _CHANNELS, found.bins_per_second, len(found.bins))
    return header + found.bins.tobytes()


def gathered(chunks: Iterable[Samples], sample_rate: int) -> Peaks:
    """Peaks of chunks [n, 2] as they pass. Raises what they raise."""
    found = list(peaks(chunks, sample_rate))
    return Peaks(np.concatenate(found) if found else np.zeros((0, _CHANNELS, 2), np.int8))


def _edges(first: int, end: int, sample_rate: int) -> NDArray[np.int64]:
    """Where the bins from ``first`` on begin, at the first sample not before their time; none after ``end``."""
    numbers = np.arange(first, end * BINS_PER_SECOND // sample_rate + 1)
    return -(-numbers * sample_rate // BINS_PER_SECOND)


def _bins(samples: Samples, starts: NDArray[np.int64]) -> NDArray[np.int8]:
    low, high = (np.minimum.reduceat(samples, starts), np.maximum.reduceat(samples, starts))
    scaled = np.stack([np.floor(low * 127), np.ceil(high * 127)], axis=2)
    return scaled.clip(-127, 127).astype(np.int8)
