"""A video file as a stream in several sizes."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from artifex.media.encodings.sound_of_file import sound_of_file
from artifex.media.hls.stream import write_stream
from artifex.media.reading.conform import Conformed, conformed
from artifex.media.reading.frame_reader import FrameReader

Told = Callable[[int, int], None]
"""Called with the number of frames that are done, and that of all frames."""


def stream_file(source: Path, folder: Path, told: Told) -> int:
    """Write a video to ``folder``, with ``master.m3u8`` in it; return how many frames there are.

    Pixels become square, and footage whose rate varies is conformed to its average, so that its sound stays in sync.
    The folder appears whole or not at all. Raises BadReference for what is cut or damaged, and as
    :func:`write_stream`.
    """
    with ExitStack() as stack:
        reader = stack.enter_context(FrameReader(source))
        film = conformed(reader, reader.facts.frame_rate)
        sound = sound_of_file(source, stack)
        return write_stream(_frames(film, told), film.rate, folder, sound)


def _frames(film: Conformed, told: Told) -> Iterator[NDArray[Any]]:
    size = film.reader.facts.square_size
    for done, number in enumerate(film.numbers, 1):
        yield film.reader.frame(int(number), size)[..., :3]
        told(done, film.frame_count)
