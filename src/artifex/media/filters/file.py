"""A video file treated into another."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
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


def treat_file(source: Path, target: Path, treatment: Treatment, encoding: Encoding, told: Told) -> int:
    """Write ``source`` treated, with its sound, whole or not at all; return how many frames there are.

    Its pixels become square, and footage whose rate varies is brought to its average. Raises BadReference for what is
    cut or damaged, BadField for a treatment it cannot have, and as :func:`encode`.
    """
    with ExitStack() as stack:
        reader = stack.enter_context(FrameReader(source))
        film = conformed(reader, reader.facts.frame_rate)
        size = film.reader.facts.square_size
        frames = (film.reader.frame(int(number), size)[..., :3] for number in film.numbers)
        count = treatment.count(film.frame_count, film.rate)
        passing = _told(treated(frames, film.rate, treatment), count, told)
        sound = sound_of_file(source, stack)
        return encode(passing, treatment.frame_rate or film.rate, encoding, target, sound)


def _told(frames: Iterator[NDArray[Any]], count: int, told: Told) -> Iterator[NDArray[Any]]:
    for done, frame in enumerate(frames, 1):
        yield frame
        told(min(done, count), count)
