"""The sound of rewritten clips, decoded while it is encoded, so that only about a second of it is in memory."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from fractions import Fraction
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from artifex.errors import BadReference
from artifex.media.encodings.sound import SoundStream
from artifex.media.opener import Opener

RATE, CHANNELS = 48_000, 2

Samples = NDArray[np.float32]


def excerpt(path: Path, opener: Opener, start: Fraction, seconds: Fraction) -> Iterator[Samples]:
    """Exactly ``seconds`` of a clip's sound from second ``start`` on, [n, 2], padded with silence.

    Raises BadReference if decoding fails after the first chunk.
    """
    before, left = round(start * RATE), round(seconds * RATE)
    with closing(_decoded(path, opener)) as chunks:
        for chunk in chunks:
            part = chunk[before:][:left]
            before = max(0, before - len(chunk))
            left -= len(part)
            yield part
            if not left:
                return
    for at in range(0, left, RATE):
        yield np.zeros((min(RATE, left - at), CHANNELS), np.float32)


def soundtrack(parts: Iterable[Iterator[Samples]]) -> SoundStream:
    """The parts joined; each is opened when its turn comes."""
    return SoundStream(chain.from_iterable(parts), RATE, CHANNELS)


def _decoded(path: Path, opener: Opener) -> Generator[Samples, None, None]:
    """The decoded sound; nothing if not even its first chunk can be decoded, as when there is none."""
    with closing(opener.sound_chunks(path, RATE)) as chunks:
        try:
            first = next(chunks, None)
        except BadReference:
            return
        if first is not None:
            yield from chain([first], chunks)
