"""Sound that is played faster or slower."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from artifex.errors import BadField
from artifex.media.filtering import Filter
from artifex.media.sounds.filtering import Samples, filtered

Pitch = Literal["kept", "follows"]

SLOWEST, FASTEST = Fraction(1, 16), Fraction(16)
_MOST_AT_ONCE = Fraction(2)
"""Beyond, atempo leaves samples out in place of blending them."""


def at_speed(
    chunks: Iterable[Samples], sample_rate: int, speed: Fraction, count: int, pitch: Pitch = "kept"
) -> Iterator[Samples]:
    """Chunks [n, 2] played at ``speed``, as exactly ``count`` samples: silence fills what is missing.

    With ``pitch`` "kept" voices stay as high as they are; with "follows" it is a tape that runs faster. Raises
    BadField for a speed under 1/16 or over 16.
    """
    if not SLOWEST <= speed <= FASTEST:
        raise BadField("speed", f"A sound is played at {float(SLOWEST)} to {float(FASTEST)} times its speed.")
    if speed == 1:
        return exactly(chunks, count)
    filters = _tempo(speed) if pitch == "kept" else _tape(speed, sample_rate)
    return exactly(filtered(chunks, sample_rate, filters), count)


def exactly(chunks: Iterable[Samples], count: int) -> Iterator[Samples]:
    """The first ``count`` samples; silence fills what is missing."""
    left = count
    for chunk in chunks:
        if left <= 0:
            return
        if len(chunk):
            yield chunk[:left]
            left -= min(left, len(chunk))
    while left > 0:
        silence: NDArray[np.float32] = np.zeros((min(left, 4096), 2), np.float32)
        yield silence
        left -= len(silence)


def _tempo(speed: Fraction) -> list[Filter]:
    filters: list[Filter] = []
    while not 1 / _MOST_AT_ONCE <= speed <= _MOST_AT_ONCE:
        step = _MOST_AT_ONCE if speed > 1 else 1 / _MOST_AT_ONCE
        filters.append(Filter("atempo", {"tempo": str(float(step))}))
        speed /= step
    return [*filters, Filter("atempo", {"tempo": repr(float(speed))})]


def _tape(speed: Fraction, sample_rate: int) -> list[Filter]:
    """Samples are said to be closer together than they are, and resampled."""
    return [
        Filter("asetrate", {"sample_rate": str(round(sample_rate * speed))}),
        Filter("aresample", {"sample_rate": str(sample_rate), "filter_size": "64", "cutoff": "0.95"}),
    ]
