"""A video file changed into another."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from artifex.media.encodings.encoding import Encoding
from artifex.media.encodings.film import encode
from artifex.media.encodings.sound_of_file import sound_of_file
from artifex.media.filters.treatment import Treatment, treated
from artifex.media.reading.conform import conformed
from artifex.media.reading.frame_reader import FrameReader

Told = Callable[[int, int], None]
"""Is told how many frames are done, and of how many."""


Change = Callable[[Iterator[NDArray[Any]], Fraction], Iterator[NDArray[Any]]]
"""Is given frames and how many a second there are."""


def treat_file(source: Path, target: Path, treatment: Treatment, encoding: Encoding, told: Told) -> int:
    """:func:`rewrite_file` by a treatment. Raises also BadField for one that the clip cannot have."""

    def change(frames: Iterator[NDArray[Any]], rate: Fraction) -> Iterator[NDArray[Any]]:
        return treated(frames, rate, treatment)

    return rewrite_file(source, target, change, encoding, told, treatment.frame_rate)


def rewrite_file(
    source: Path, target: Path, change: Change, encoding: Encoding, told: Told, frame_rate: Fraction | None = None
) -> int:
    """Write ``source`` changed, with its sound, whole or not at all; return how many frames there are.

    ``frame_rate`` is what it has afterwards, where that is another. Its pixels become square, and footage whose rate
    varies is brought to its average. Raises BadReference for what is cut or damaged, what ``change`` raises, and as
    :func:`encode`.
    """
    with ExitStack() as stack:
        reader = stack.enter_context(FrameReader(source))
        film = conformed(reader, reader.facts.frame_rate)
        size = film.reader.facts.square_size
        frames = (film.reader.frame(int(number), size)[..., :3] for number in film.numbers)
        rate = frame_rate or film.rate
        count = round(film.frame_count * rate / film.rate)
        passing = _told(change(frames, film.rate), count, told)
        sound = sound_of_file(source, stack)
        return encode(passing, rate, encoding, target, sound)


def _told(frames: Iterator[NDArray[Any]], count: int, told: Told) -> Iterator[NDArray[Any]]:
    for done, frame in enumerate(frames, 1):
        yield frame
        told(min(done, count), count)
