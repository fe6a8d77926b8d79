"""Waveforms of sounds and filmstrips of videos for the timeline, made once and kept."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from artifex.errors import BadReference
from artifex.files import make_folder, write_atomically
from artifex.jobs.films.keeping import is_kept
from artifex.media.opener import Opener
from artifex.media.proxies.peaks import coarser, gathered, packed
from artifex.media.proxies.strip import in_a_row, middles
from artifex.media.reading.run import Run
from artifex.media.sounds.sound_reader import Samples

STRIP_FRAMES = 12
"""Frames of a filmstrip; fewer for a video that has fewer."""
_STRIP_HEIGHT = 54
_SAMPLE_RATE = 48_000
_MOST_BINS = 64_000
"""256 kB; for a sound of ten minutes, one bin per hundredth of a second."""
_MOST_HOURS = 4
_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Footage:
    """Keeps waveforms and filmstrips in ``folder``, by content hash. Thread-safe; at most two are made at a time.

    ``find`` returns the path of a content hash. All methods raise BadReference for unreadable files, OutOfSpace,
    NotWritable.
    """

    folder: Path
    opener: Opener
    _turns: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(_AT_ONCE))

    def waveform(self, sha256: str, find: Callable[[str], Path]) -> Path:
        """The peaks of a file's sound as packed by :mod:`artifex.media.proxies.peaks`, at most 256 kB."""

        def make() -> bytes:
            chunks = _bounded(self.opener.sound_chunks(find(sha256), _SAMPLE_RATE))
            return packed(coarser(gathered(chunks, _SAMPLE_RATE), _MOST_BINS))

        return self._kept(f"{sha256}.peaks", make)

    def strip(self, sha256: str, frame_count: int, find: Callable[[str], Path]) -> Path:
        """A JPEG of frames side by side, from the middles of :data:`STRIP_FRAMES` equal parts of a video."""
        runs = [Run(Fraction(number), Fraction(0), 1) for number in middles(STRIP_FRAMES, frame_count)]
        return self._kept(f"{sha256}.strip.jpg", lambda: in_a_row(self.opener.runs(find(sha256), runs), _STRIP_HEIGHT))

    def _kept(self, name: str, make: Callable[[], bytes]) -> Path:
        file = self.folder / name
        if is_kept(file):
            return file
        with self._turns:
            if not is_kept(file):  # another thread may have made it meanwhile
                make_folder(self.folder)
                write_atomically(file, make())
        return file


def _bounded(chunks: Iterator[Samples]) -> Iterator[Samples]:
    left = _MOST_HOURS * 3600 * _SAMPLE_RATE
    for chunk in chunks:
        left -= len(chunk)
        if left < 0:
            raise BadReference(f"The sound is longer than {_MOST_HOURS} hours; use a part of it.")
        yield chunk
