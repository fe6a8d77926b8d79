"""Writes a changed copy of a video file."""

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
"""Called with the number of frames that are done, and that of all frames."""


Change = Callable[[Iterator[NDArray[Any]], Fraction], Iterator[NDArray[Any]]]
"""Takes frames and their rate; gives changed frames."""


def treat_file(source: Path, target: Path, treatment: Treatment, encoding: Encoding, told: Told) -> int:
    """:func:`rewrite_file` with a treatment. Also raises BadField for a treatment that the clip cannot have."""

    def change(frames: Iterator[NDArray[Any]], rate: Fraction) -> Iterator[NDArray[Any]]:
        return treated(frames, rate, treatment)

    return rewrite_file(source, target, change, encoding, told, treatment.frame_rate)


def rewrite_file(
    source: Path, target: Path, change: Change, encoding: Encoding, told: Told, frame_rate: Fraction | None = None
) -> int:
    """Write ``source`` changed, with its sound, whole or not at all; return how many frames there are.

    ``frame_rate`` is that of the copy, if ``change`` gives another. Pixels become square, and footage whose rate varies
    is conformed to its average. Raises BadReference for what is cut or damaged, what ``change`` raises, and as
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
